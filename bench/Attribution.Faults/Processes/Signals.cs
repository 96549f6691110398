using System.Diagnostics;
using System.Globalization;

namespace Attribution.Faults.Processes;

/// <summary>Signals to one process by its id, never by a name. Stateless.</summary>
internal static class Signals
{
    public static void Send(string signal, int processId)
    {
        string id = processId.ToString(CultureInfo.InvariantCulture);
        using Process kill = Process.Start("kill", [$"-{signal}", id]);
        kill.WaitForExit();
    }
}

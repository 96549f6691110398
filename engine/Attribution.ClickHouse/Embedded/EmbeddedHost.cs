using System.Globalization;
using System.Runtime.InteropServices;

namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// The child process: loads libchdb and serves until its standard input ends, which it does with the parent.
/// The main thread belongs to libchdb; a <see cref="LifeLine"/> watches the parent on another.
/// </summary>
/// <remarks>
/// It is a process of its own because libchdb takes over signals that the .NET runtime of the engine needs.
/// It leaves the terminal's session and ignores the signals that stop a process group: the parent alone
/// decides when ClickHouse stops, since draining still needs it.
/// </remarks>
internal static partial class EmbeddedHost
{
    private static readonly TimeSpan PredecessorPatience = TimeSpan.FromSeconds(15);

    private const int Served = 0;
    private const int Failed = 1;
    private const int Busy = 3;

    private const string Serve =
        "SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP; "
        + "SELECT count() FROM file('stdin', 'LineAsString', 'line String') FORMAT Null";

    internal static int Main(string[] arguments)
    {
        if (arguments.Length != 6)
        {
            Console.Error.WriteLine("This hosts the engine's embedded ClickHouse; the engine starts it.");
            return Failed;
        }

        string library = arguments[0];
        string folder = arguments[1];
        LeaveTerminal();
        LifeLine.Watch(Number(arguments[5]), Number(arguments[3]), Number(arguments[4]));

        // A predecessor whose parent was killed may still be shutting down on the same folder.
        using FolderLock? held = FolderLock
            .WaitAsync(EmbeddedFolder.HostLock(folder), "hosting", PredecessorPatience, null, default)
            .GetAwaiter().GetResult();
        if (held is null)
        {
            Console.Error.WriteLine($"Another ClickHouse still runs on {folder}.");
            return Busy;
        }

        string? error = Run(library, folder, arguments[2], arguments[3], arguments[4]);
        if (error is not null)
            Console.Error.WriteLine(error);

        Exit(error is null ? Served : Failed);
        return Served;
    }

    /// <summary>
    /// Ends at once, without exit handlers: everything is on disk by then, and libchdb's can hang.
    /// </summary>
    internal static void Exit(int code) => _exit(code);

    private static string? Run(string library, string folder, string host, string httpPort, string tcpPort)
    {
        string[] arguments =
        [
            "clickhouse",
            "--config-file", EmbeddedFolder.ConfigFile(folder),
            // The configuration's own level is overruled by this option, whose default is trace.
            "--log-level", "warning",
            "--path", EmbeddedFolder.Store(folder),
            "--listen_host", host,
            "--http_port", httpPort,
            "--tcp_port", tcpPort,
            "--query", Serve,
        ];
        IntPtr handle = NativeLibrary.Load(library);
        IntPtr entry = NativeLibrary.GetExport(handle, "chdb_query_cmdline");
        IntPtr errorOf = NativeLibrary.GetExport(handle, "chdb_result_error");
        IntPtr[] values = Array.ConvertAll(arguments, Marshal.StringToCoTaskMemUTF8);
        unsafe
        {
            fixed (IntPtr* argv = values)
            {
                var query = (delegate* unmanaged[Cdecl]<int, IntPtr*, IntPtr>)entry;
                var error = (delegate* unmanaged[Cdecl]<IntPtr, IntPtr>)errorOf;
                IntPtr result = query(values.Length, argv);
                return result == IntPtr.Zero ? null : Marshal.PtrToStringUTF8(error(result));
            }
        }
    }

    private static int Number(string argument) => int.Parse(argument, CultureInfo.InvariantCulture);

    private static void LeaveTerminal()
    {
        _ = setsid();
        PosixSignal[] ignored = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];
        foreach (PosixSignal signal in ignored)
            GC.KeepAlive(PosixSignalRegistration.Create(signal, context => context.Cancel = true));
    }

    [LibraryImport("libc")]
    private static partial int setsid();

    [LibraryImport("libc")]
    private static partial void _exit(int code);
}

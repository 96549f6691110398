namespace Attribution.Reporter;

/// <summary>What the process says to a shell about how a report went. Constants only.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The question could not be answered, as where the SQL is wrong.</summary>
    public const int Failure = 1;

    /// <summary>The command line does not make sense.</summary>
    public const int Usage = 2;

    /// <summary>A row or the total fulfils what <c>--fail-if</c> forbids.</summary>
    public const int Crossed = 3;

    /// <summary>No server, or it does not let this user in.</summary>
    public const int NoAccess = 4;

    /// <summary>Ctrl-C, as shells number it.</summary>
    public const int Interrupted = 130;

    /// <summary>A pipe was closed by its reader; as shells number what SIGPIPE ends.</summary>
    public const int ReaderGone = 141;

    /// <summary>Every one, for the manual.</summary>
    public static readonly IReadOnlyList<(int Code, string Meaning)> All =
    [
        (Ok, "The answer is whole."),
        (Failure, "The question could not be answered."),
        (Usage, "The command line, a setting or a file of settings makes no sense."),
        (Crossed, "A row or the total fulfils what --fail-if forbids."),
        (NoAccess, "No server answered, or it does not let this user in."),
        (Interrupted, "Interrupted, as by Ctrl-C; the query is cancelled on the server."),
        (ReaderGone, "Nobody reads the answer any more, as after head(1); the query is cancelled too."),
    ];
}

using Attribution.Reporter;

using ReportConsole console = ReportConsole.OfProcess();
return await ReporterCommand.RunAsync(args, console, CancellationToken.None);

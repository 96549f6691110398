using System.CommandLine;
using Attribution.Engine;

// Signals are the run's own business: it drains in its own order and time.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null };
ParseResult parsed = EngineCommand.Create().Parse(args);
int exitCode = await parsed.InvokeAsync(invocation);
return parsed.Errors.Count > 0 ? EngineCommand.Usage : exitCode;

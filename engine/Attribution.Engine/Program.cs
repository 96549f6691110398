using System.CommandLine;
using Attribution.Engine;

// Signals are the run's own business: it drains in its own order and time.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null };
return await EngineCommand.Create().Parse(args).InvokeAsync(invocation);

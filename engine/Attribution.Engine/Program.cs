using Attribution.Engine;

return await EngineCommand.Create().Parse(args).InvokeAsync();

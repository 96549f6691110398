using System.Threading.Channels;
using Attribution.Baseline;

// What a team writes in a day with what ASP.NET Core offers, to measure the engine beside: the contract's
// fields, a generated serializer, basic checks, a bounded channel and one consumer that takes batches.
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);

// As in the templates' appsettings.json; otherwise every request writes lines to the console.
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
builder.Services.AddRequestDecompression();
builder.Services.ConfigureHttpJsonOptions(
    options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, BaselineJson.Default));
builder.Services.AddSingleton(Channel.CreateBounded<IncomingEvent>(
    new BoundedChannelOptions(65_536) { SingleReader = true }));
builder.Services.AddHostedService<BatchConsumer>();
WebApplication app = builder.Build();

app.UseRequestDecompression();
app.MapGet("/healthz", () => "ok");
app.MapPost("/v1/events", EventsEndpoint.PostAsync);
await app.RunAsync();

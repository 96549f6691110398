using System.Threading.Channels;
using Attribution.Baseline;

// What a team writes in a day with what ASP.NET Core offers, to measure the engine beside: the contract's
// fields, a generated serializer, basic checks, a bounded channel and one consumer that takes batches; with
// --store FILE or --store http://CLICKHOUSE it stores them.
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);

// As in the templates' appsettings.json; otherwise every request writes lines to the console.
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
builder.Services.AddRequestDecompression();
builder.Services.ConfigureHttpJsonOptions(
    options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, BaselineJson.Default));
builder.Services.AddSingleton(Channel.CreateBounded<IncomingEvent>(
    new BoundedChannelOptions(65_536) { SingleReader = true }));
builder.Services.AddSingleton(new EventStore(builder.Configuration["store"]));
builder.Services.AddSingleton<BatchConsumer>();
builder.Services.AddHostedService(services => services.GetRequiredService<BatchConsumer>());
WebApplication app = builder.Build();

app.UseRequestDecompression();
app.MapGet("/healthz", () => "ok");

// Named as the engine's, so that bench waits for both in the same way.
app.MapGet("/metrics", (BatchConsumer consumer) => $"attribution_ring_fill {consumer.Pending}\n");
app.MapPost("/v1/events", EventsEndpoint.PostAsync);
await app.RunAsync();

using Attribution.ClickHouse.Embedded;

namespace Attribution.Testing;

/// <summary>
/// A ClickHouse for one test class alone, for tests that treat it badly: libchdb may abort when a connection
/// is reset in the middle of an insert, and is started again, which other tests should not meet.
/// </summary>
public sealed class OwnClickHouseFixture : ClickHouseFixture
{
    private readonly string _folder = Directory.CreateTempSubdirectory("attribution-own-").FullName;

    public override async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    protected override Task<EmbeddedClickHouse> StartAsync() => EmbeddedClickHouse.StartAsync(
        new EmbeddedOptions { DataFolder = _folder, HttpPort = 0, TcpPort = 0 }, CancellationToken.None);
}

using System.Globalization;
using System.Security;
using System.Text;

namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// Spells ClickHouse's users: the owner, who comes without a password from this machine, and the readers.
/// In a file, since libchdb keeps none that are made by SQL. Stateless.
/// </summary>
internal static class EmbeddedUsers
{
    /// <summary>No password is known that has this hash.</summary>
    private static readonly string NoPassword = new('0', 64);

    private const string Networks = "<networks><ip>127.0.0.1</ip><ip>::1</ip></networks>";

    public static string Xml(IReadOnlyList<EmbeddedReader> readers)
    {
        var users = new StringBuilder();
        foreach (EmbeddedReader reader in readers)
            Add(users, reader);
        return $"""
            <clickhouse>
              <profiles>
                <default>
                  <implicit_select>0</implicit_select>
                </default>
                <reader>
                  <readonly>2</readonly>
                  <constraints><readonly><const /></readonly></constraints>
                </reader>
              </profiles>
              <users>
                <default>
                  <password></password>
                  {Networks}
                  <profile>default</profile>
                  <quota>default</quota>
                </default>
            {users}  </users>
              <quotas><default /></quotas>
            </clickhouse>
            """;
    }

    private static void Add(StringBuilder users, EmbeddedReader reader)
    {
        users.Append(CultureInfo.InvariantCulture, $"""
                <{reader.Name}>
                  <password_sha256_hex>{reader.PasswordSha256}</password_sha256_hex>
                  {Networks}
                  <profile>reader</profile>
                  <quota>default</quota>
                  <grants><query>GRANT SELECT ON {reader.Name}.*</query></grants>
                </{reader.Name}>
                <{reader.RowsUser}>
                  <password_sha256_hex>{NoPassword}</password_sha256_hex>
                  {Networks}
                  <profile>default</profile>
                  <quota>default</quota>
                  <grants><query>GRANT SELECT ON {reader.TablesDatabase}.*</query></grants>
                  <databases><{reader.TablesDatabase}>

            """);
        string filter = SecurityElement.Escape($"project = {EmbeddedReader.Quote(reader.Project)}");
        foreach (string table in EmbeddedReader.ProjectTables)
            users.Append(
                CultureInfo.InvariantCulture, $"        <{table}><filter>{filter}</filter></{table}>\n");
        users.Append(
            CultureInfo.InvariantCulture,
            $"      </{reader.TablesDatabase}></databases>\n    </{reader.RowsUser}>\n");
    }
}

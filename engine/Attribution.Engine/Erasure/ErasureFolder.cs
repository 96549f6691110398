using System.Globalization;
using System.Text.Json;
using Attribution.Engine.Journal;

namespace Attribution.Engine.Erasure;

/// <summary>
/// <c>erasures/</c> in the data folder: a receipt per erasure, replaced durably and whole. Used by one
/// thread.
/// </summary>
internal sealed class ErasureFolder(string dataFolder)
{
    private const string Suffix = ".json";

    private readonly string _folder = Path.Combine(Path.GetFullPath(dataFolder), "erasures");

    public string PathOf(ErasureReceipt receipt) => Path.Combine(_folder, receipt.Name + Suffix);

    /// <summary>A name that no receipt has.</summary>
    public string NewName(DateTimeOffset now)
    {
        string time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        for (int number = 1; ; number++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{time}-{number}");
            if (!File.Exists(Path.Combine(_folder, name + Suffix)))
                return name;
        }
    }

    /// <summary>Returns once it is on the disk; a crash leaves the one before or this one.</summary>
    /// <exception cref="ErasureException">The disk refuses.</exception>
    public void Save(ErasureReceipt receipt)
    {
        try
        {
            Directory.CreateDirectory(_folder);
            string path = PathOf(receipt);
            string unfinished = path + ".new";
            using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
            {
                JsonSerializer.Serialize(file, receipt, ErasureJson.Default.ErasureReceipt);
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
            LibC.SyncDirectory(_folder);
            LibC.SyncDirectory(Path.GetDirectoryName(_folder)!);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ErasureException(
                $"the receipt {PathOf(receipt)} cannot be written: {failure.Message}", failure);
        }
    }

    /// <summary>Those that were begun and not finished, the oldest first.</summary>
    /// <exception cref="ErasureException">A receipt cannot be read.</exception>
    public IReadOnlyList<ErasureReceipt> Pending()
    {
        if (!Directory.Exists(_folder))
            return [];
        return
        [
            .. Directory.GetFiles(_folder, "*" + Suffix).Order(StringComparer.Ordinal).Select(Read)
                .Where(receipt => receipt.FinishedAt is null),
        ];
    }

    private static ErasureReceipt Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), ErasureJson.Default.ErasureReceipt)
                ?? throw new JsonException("null is no receipt");
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ErasureException(
                $"the receipt {path} cannot be read, so whether an erasure is unfinished is not known: "
                + $"{failure.Message} Repair it, or move it away once you know.", failure);
        }
    }
}

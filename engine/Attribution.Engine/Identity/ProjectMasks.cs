using System.Buffers.Binary;
using System.Security.Cryptography;
using Attribution.Model.Events;

namespace Attribution.Engine.Identity;

/// <summary>
/// Keeps projects apart in what the engine remembers: each project's hashes are mixed with a number of its
/// own that nobody outside knows. Immutable; used by all stages.
/// </summary>
/// <remarks>
/// The hashes of ids are equal on every machine, as digests need, so whoever knows another project's name
/// and ids can compute an id of his own with the same hash: MurmurHash3 can be run backwards. Unmixed, such
/// an id would be the other project's person, event or device. An exclusive or with a number per project
/// leaves hashes of one project as distinct as they were, and a hash of another project meets them only by
/// chance, once in 2^64 tries. The secret lives as long as the process, and on in a snapshot of what is
/// mixed with it; no table holds anything mixed.
/// The numbers of two projects could be made equal by choosing both names, which senders do not do.
/// </remarks>
public readonly record struct ProjectMasks
{
    private readonly ulong _seed1;
    private readonly ulong _seed2;

    /// <param name="secret">16 random bytes.</param>
    public ProjectMasks(ReadOnlySpan<byte> secret)
    {
        _seed1 = BinaryPrimitives.ReadUInt64LittleEndian(secret);
        _seed2 = BinaryPrimitives.ReadUInt64LittleEndian(secret[8..]);
    }

    public static ProjectMasks NewSecret() => new(RandomNumberGenerator.GetBytes(16));

    /// <summary>The number of a project; 0 without a secret, which mixes nothing.</summary>
    public ulong Of(ReadOnlySpan<byte> project) =>
        (_seed1 | _seed2) == 0 ? 0 : (ulong)EventHash.Murmur3(project, _seed1, _seed2);
}

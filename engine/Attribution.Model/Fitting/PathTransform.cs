namespace Attribution.Model.Fitting;

/// <summary>
/// A way to make paths simpler before a fit. A value.
/// </summary>
/// <remarks>
/// The names and meanings are those of Google's Fractribution and Snowplow's <c>path_transforms</c>, which
/// share them. The examples start from D, A, B, B, C, D, C, C.
/// </remarks>
public enum PathTransform : byte
{
    /// <summary>The path as it is.</summary>
    None = 0,

    /// <summary>
    /// Each touch counts as one of its own, so the path stays as it is (Snowplow's <c>unique_path</c> is the
    /// identity): D, A, B, B, C, D, C, C. What keeps each channel once is <see cref="First"/>.
    /// </summary>
    Unique = 1,

    /// <summary>A run of one channel becomes one (<c>exposure_path</c>): D, A, B, C, D, C.</summary>
    Exposure = 2,

    /// <summary>Each channel where it stood first, later ones left out (<c>first_path</c>): D, A, B, C.
    /// </summary>
    First = 3,

    /// <summary>
    /// As <see cref="First"/>, the channel's name followed by how often it stood in the path
    /// (<c>frequency_path</c>): D(2), A(1), B(2), C(3). These are channels of their own from then on.
    /// </summary>
    Frequency = 4,

    /// <summary>
    /// Direct left out everywhere, unless the path holds nothing else; then it stays as it is
    /// (<c>remove_if_not_all</c>).
    /// </summary>
    DropDirectUnlessAll = 5,

    /// <summary>
    /// Direct left out where nothing but direct follows, unless the path holds nothing else; then it stays as
    /// it is (<c>remove_if_last_and_not_all</c>).
    /// </summary>
    DropLastDirectUnlessAll = 6,
}

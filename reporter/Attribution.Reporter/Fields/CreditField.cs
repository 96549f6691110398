namespace Attribution.Reporter.Fields;

/// <summary>Where in an attribution a field lies. A value.</summary>
internal enum CreditPlace
{
    /// <summary>The conversion's, in its row of <c>attributions</c>.</summary>
    Conversion,

    /// <summary>Each touch's, in the arrays of that row.</summary>
    Touch,

    /// <summary>Of the conversion's event, which must be looked up.</summary>
    ConversionEvent,

    /// <summary>Of the touch's event, which must be looked up.</summary>
    TouchEvent,
}

/// <summary>A field of a credit, and where it lies. Immutable.</summary>
/// <param name="Place">Which part of the query reaches it.</param>
/// <param name="Field">Its SQL is over that place: an array's element, a row, or an event.</param>
internal sealed record CreditField(CreditPlace Place, Field Field);

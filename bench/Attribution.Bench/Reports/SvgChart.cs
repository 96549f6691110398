using System.Globalization;
using System.Text;

namespace Attribution.Bench.Reports;

/// <summary>One line of a chart. Immutable; both lists are equally long.</summary>
internal sealed record ChartLine(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y);

/// <summary>What a chart shows. Immutable.</summary>
internal sealed record Chart(string Title, string XName, string YName, IReadOnlyList<ChartLine> Lines)
{
    /// <summary>Names under the x axis instead of numbers, by the value where they stand.</summary>
    public IReadOnlyList<(double At, string Text)>? XMarks { get; init; }
}

/// <summary>
/// Draws lines as SVG, with nothing but this file: colours come from the page's style sheet, so that light
/// and dark are its business. Stateless.
/// </summary>
internal static class SvgChart
{
    private const int Width = 760;
    private const int Height = 300;
    private const int Left = 80;
    private const int Right = 20;
    private const int Top = 16;
    private const int Bottom = 44;
    private const int Marks = 5;

    public static string Draw(Chart chart)
    {
        double xMin = chart.Lines.SelectMany(line => line.X).DefaultIfEmpty(0).Min();
        double xMax = Math.Max(xMin + 1e-9, chart.Lines.SelectMany(line => line.X).DefaultIfEmpty(1).Max());
        double yMax = NiceMax(chart.Lines.SelectMany(line => line.Y).DefaultIfEmpty(1).Max());
        double X(double x) => Left + ((x - xMin) / (xMax - xMin) * (Width - Left - Right));
        double Y(double y) => Height - Bottom - (y / yMax * (Height - Top - Bottom));

        var svg = new StringBuilder();
        svg.Append(Invariant($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\">"));
        svg.Append("<title>").Append(Text(chart.Title)).Append("</title>");
        for (int mark = 0; mark <= Marks; mark++)
        {
            double y = yMax * mark / Marks;
            svg.Append(Invariant($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" "));
            svg.Append(Invariant($"y1=\"{Y(y):0.#}\" y2=\"{Y(y):0.#}\"/>"));
            Label(svg, Left - 8, Y(y) + 4, "end", Number(y));
        }

        foreach ((double at, string text) in chart.XMarks ?? EvenMarks(xMin, xMax))
            Label(svg, X(at), Height - Bottom + 18, "middle", text);
        Label(svg, (Left + Width - Right) / 2.0, Height - 6, "middle", chart.XName);
        Label(svg, 4, Top - 4, "start", chart.YName);
        for (int line = 0; line < chart.Lines.Count; line++)
            AddLine(svg, chart.Lines[line], line, X, Y);
        return svg.Append("</svg>").ToString();
    }

    private static void AddLine(
        StringBuilder svg, ChartLine line, int number, Func<double, double> x, Func<double, double> y)
    {
        svg.Append(Invariant($"<polyline class=\"line c{number}\" points=\""));
        for (int i = 0; i < line.X.Count; i++)
            svg.Append(Invariant($"{x(line.X[i]):0.#},{y(line.Y[i]):0.#} "));
        svg.Append("\"/>");
        for (int i = 0; i < line.X.Count && line.X.Count <= 40; i++)
        {
            svg.Append(Invariant($"<circle class=\"dot c{number}\" r=\"3\" cx=\"{x(line.X[i]):0.#}\" "));
            svg.Append(Invariant($"cy=\"{y(line.Y[i]):0.#}\"><title>"));
            svg.Append(Text($"{line.Name}: {Number(line.Y[i])} at {Number(line.X[i])}"));
            svg.Append("</title></circle>");
        }

        svg.Append(Invariant($"<text class=\"name c{number}\" x=\"{Width - Right - 4}\" "));
        svg.Append(Invariant($"y=\"{Top + 12 + (number * 16)}\" text-anchor=\"end\">"));
        svg.Append(Text(line.Name)).Append("</text>");
    }

    private static void Label(StringBuilder svg, double x, double y, string anchor, string text) =>
        svg.Append(Invariant($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\">"))
            .Append(Text(text)).Append("</text>");

    private static (double At, string Text)[] EvenMarks(double min, double max) =>
    [
        .. from mark in Enumerable.Range(0, Marks + 1)
           let at = min + ((max - min) * mark / Marks)
           select (at, Number(at)),
    ];

    /// <summary>The next of 1, 2, 2.5 and 5 times a power of ten.</summary>
    internal static double NiceMax(double max)
    {
        if (max <= 0 || !double.IsFinite(max))
            return 1;
        double power = Math.Pow(10, Math.Floor(Math.Log10(max)));
        foreach (double step in (double[])[1, 2, 2.5, 5])
        {
            if (max <= step * power * 1.000001)
                return step * power;
        }

        return 10 * power;
    }

    internal static string Text(string text) => System.Security.SecurityElement.Escape(text);

    private static string Number(double value) => Math.Abs(value) switch
    {
        >= 1_000_000 => Invariant($"{value / 1_000_000:0.##} M"),
        >= 1_000 => Invariant($"{value / 1_000:0.#} k"),
        _ => Invariant($"{value:0.###}"),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

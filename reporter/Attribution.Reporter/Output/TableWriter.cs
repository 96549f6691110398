using System.Text;

namespace Attribution.Reporter.Output;

/// <summary>
/// Aligned columns for people: the first rows decide the widths, the others are streamed after them. Text is
/// shortened or goes on in a further line where the terminal is too narrow; numbers never are. Owned by one
/// report.
/// </summary>
internal sealed class TableWriter(TextWriter output, TableStyle style) : IReportWriter
{
    /// <summary>Rows that are held back to learn the widths.</summary>
    internal const int MeasuredRows = 1_000;

    private const string Gap = "  ";
    private const string Bold = "\e[1m";
    private const string Dim = "\e[2m";
    private const string Red = "\e[31m";
    private const string Green = "\e[32m";
    private const string Reset = "\e[0m";

    private readonly List<(string[] Cells, string[]? Grounds)> _held = [];
    private readonly StringBuilder _line = new();
    private IReadOnlyList<ReportColumn> _columns = [];
    private int[] _widths = [];
    private bool _isStreaming;

    public void Begin(IReadOnlyList<ReportColumn> columns)
    {
        // A title may be data, as a currency or a model of one's own.
        _columns = [.. columns.Select(column => column with { Title = CellText.PlainLines(column.Title) })];
        _widths = [.. _columns.Select(column => column.Title.Split('\n').Max(CellWidth.Of))];
    }

    public void Row(ReadOnlySpan<object?> values)
    {
        string[] cells = Cells(values);
        string[]? grounds = Grounds(values);
        if (_isStreaming)
        {
            WriteLine(cells, "", grounds);
            return;
        }

        Measure(cells);
        _held.Add((cells, grounds));
        if (_held.Count == MeasuredRows)
            StartStreaming();
    }

    public void Flush()
    {
        if (!_isStreaming && _held.Count > 0)
            StartStreaming();
        output.Flush();
    }

    public void End(object?[]? totals = null)
    {
        string[]? last = totals is null ? null : Cells(totals);
        if (last is not null)
            Measure(last);
        bool hasRows = _isStreaming || _held.Count > 0;
        if (!_isStreaming && hasRows)
            StartStreaming();
        if (hasRows && last is not null)
        {
            WriteRule();
            WriteLine(last, Bold);
        }

        output.Flush();
    }

    private string[] Cells(ReadOnlySpan<object?> values)
    {
        var cells = new string[values.Length];
        for (int at = 0; at < cells.Length; at++)
            cells[at] = CellText.Shown(values[at], _columns[at].Kind, style.Zone);
        return cells;
    }

    /// <summary>Null where no cell has any, or there are no colours.</summary>
    private string[]? Grounds(ReadOnlySpan<object?> values)
    {
        string[]? grounds = null;
        for (int at = 0; style.HasColor && at < values.Length; at++)
        {
            if (values[at] is not HeatCell heat)
                continue;
            grounds ??= new string[values.Length];
            grounds[at] = heat.Ground;
        }

        return grounds;
    }

    private void Measure(string[] cells)
    {
        if (_isStreaming)
            return;
        for (int at = 0; at < cells.Length; at++)
            _widths[at] = Math.Max(_widths[at], CellWidth.Of(cells[at]));
    }

    private void StartStreaming()
    {
        _isStreaming = true;
        Fit();
        if (style.HasHeader)
            WriteTitles();
        foreach ((string[] cells, string[]? grounds) in _held)
            WriteLine(cells, "", grounds);
        _held.Clear();
    }

    private void WriteTitles()
    {
        int titleLines = _columns.Take(_widths.Length)
            .Max(column => column.Title.Count(c => c == '\n') + 1);
        for (int line = 0; line < titleLines; line++)
            WriteLine([.. _columns.Select(column => TitleLine(column, line, titleLines))], Bold);
        WriteRule();
    }

    /// <summary>Leaves the last columns out where a line would break; the others have their room.</summary>
    private void Fit()
    {
        int all = _widths.Length;
        int shown = all;
        int[] fitted = Narrowed(shown);
        while (style.IsFitted && shown > 1 && Excess(fitted) > 0)
            fitted = Narrowed(--shown);
        _widths = fitted;
        if (shown < all)
            style.Note($"note: the terminal has no room for {string.Join(", ", _columns.Skip(shown)
                .Select(column => column.Name))}; --fields chooses columns, --format csv has all.");
    }

    /// <summary>
    /// The widths of the first columns: cells are taken from the widest text until the line fits or none has
    /// any to give, and before that from what can go on in a further line.
    /// </summary>
    private int[] Narrowed(int columns)
    {
        int[] widths = _widths[..columns];
        int excess = Excess(widths);
        bool canWrap = true;
        while (excess > 0)
        {
            int widest = Widest(widths, canWrap);
            if (widest < 0 && !canWrap)
                break;
            if (widest < 0)
            {
                canWrap = false;
                continue;
            }

            widths[widest]--;
            excess--;
        }

        return widths;
    }

    /// <summary>The widest text that may be narrower; negative where there is none.</summary>
    /// <param name="widths">Of the columns that are shown.</param>
    /// <param name="canWrap">Only those that can go on in a further line.</param>
    private int Widest(int[] widths, bool canWrap)
    {
        int widest = -1;
        for (int at = 0; at < widths.Length; at++)
        {
            ReportColumn column = _columns[at];
            bool gives = column.Kind == ColumnKind.Text && (column.MaxLines > 1) == canWrap
                && widths[at] > Math.Max(column.MinCells, column.Title.Split('\n').Max(CellWidth.Of));
            if (gives && (widest < 0 || widths[at] > widths[widest]))
                widest = at;
        }

        return widest;
    }

    /// <summary>Cells by which columns are wider than a line.</summary>
    private int Excess(int[] widths) => widths.Sum() + (Gap.Length * (widths.Length - 1)) - style.Width;

    /// <summary>Titles stand at the bottom of the header.</summary>
    private static string TitleLine(ReportColumn column, int line, int lines)
    {
        string[] title = column.Title.Split('\n');
        int own = line - (lines - title.Length);
        return own < 0 ? "" : title[own];
    }

    private void WriteRule()
    {
        for (int at = 0; at < _widths.Length; at++)
            _line.Append(at == 0 ? "" : Gap).Append('─', _widths[at]);
        Flush(Dim);
    }

    /// <summary>In several lines where a text is parted.</summary>
    private void WriteLine(string[] cells, string look, string[]? grounds = null)
    {
        var parts = new string[_widths.Length][];
        for (int at = 0; at < parts.Length; at++)
            parts[at] = _columns[at].Kind == ColumnKind.Text
                ? CellWidth.Lines(cells[at], _widths[at], _columns[at].MaxLines)
                : [cells[at]];
        int lines = parts.Max(part => part.Length);
        for (int line = 0; line < lines; line++)
            WriteParts(
                [.. parts.Select(part => line < part.Length ? part[line] : "")], look,
                line == 0 ? grounds : null);
    }

    private void WriteParts(string[] cells, string look, string[]? grounds)
    {
        int pending = 0;
        for (int at = 0; at < _widths.Length; at++)
        {
            string cell = cells[at];
            int padding = Math.Max(0, _widths[at] - CellWidth.Of(cell));
            bool isRight = _columns[at].IsNumeric;
            // A ground of its own is as wide as the column.
            string ground = grounds?[at] ?? "";
            if (ground.Length > 0)
                (cell, padding) = ($"{ground}{new string(' ', padding)}{cell}{Reset}", 0);
            // Spaces are kept back until something follows them, so no line ends with any.
            pending += (at == 0 ? 0 : Gap.Length) + (isRight ? padding : 0);
            if (cell.Length > 0)
            {
                _line.Append(' ', pending).Append(Colored(cell, _columns[at].Kind, look));
                pending = 0;
            }

            pending += isRight ? 0 : padding;
        }

        Flush(look);
    }

    /// <summary>Less is red and more is green; the line's own look goes on behind.</summary>
    private string Colored(string cell, ColumnKind kind, string look)
    {
        if (!style.HasColor || kind != ColumnKind.Change || cell[0] is not ('+' or '-'))
            return cell;
        return $"{(cell[0] == '-' ? Red : Green)}{cell}{Reset}{look}";
    }

    private void Flush(string look)
    {
        bool isStyled = style.HasColor && look.Length > 0;
        if (isStyled)
            _line.Insert(0, look).Append(Reset);
        output.Write(_line.Append('\n'));
        _line.Clear();
    }
}

namespace Attribution.Reporter.Output;

/// <summary>The page around a table, with its style and script in it. Stateless.</summary>
internal static class HtmlPage
{
    public const string Foot =
        """
        <script>
        for (const button of document.querySelectorAll("th button")) button.onclick = () => {
          const cell = button.parentElement, row = cell.parentElement;
          const at = [...row.children].indexOf(cell);
          const down = cell.getAttribute("aria-sort") !== "descending";
          for (const other of row.children) other.removeAttribute("aria-sort");
          cell.setAttribute("aria-sort", down ? "descending" : "ascending");
          const value = line => line.children[at].dataset.v ?? line.children[at].textContent;
          const isNumber = cell.classList.contains("n");
          const order = (a, b) => isNumber
            ? (a === "" ? -Infinity : +a) - (b === "" ? -Infinity : +b) || 0 : a.localeCompare(b);
          const body = row.closest("table").tBodies[0];
          body.append(...[...body.rows].sort((a, b) => order(value(a), value(b)) * (down ? -1 : 1)));
        };
        </script>
        </body>
        </html>

        """;

    private const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; "
        + "form-action 'none'";

    private const string Style =
        """
        :root { color-scheme: light dark; --line: #8884; --up: #17803d; --down: #c22b2b }
        @media (prefers-color-scheme: dark) { :root { --up: #5fd38a; --down: #ff8b8b } }
        body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 90rem; padding: 0 1rem }
        h1 { font-size: 1.3rem; margin: 0 } p { margin: .2rem 0 1rem; opacity: .75 }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
        th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: left }
        td { overflow-wrap: anywhere }
        .n { text-align: right; white-space: nowrap } .up { color: var(--up) } .down { color: var(--down) }
        th { position: sticky; top: 0; background: Canvas } tfoot td { font-weight: 600; border: 0 }
        th button { all: unset; cursor: pointer; font-weight: 600 }
        th button:focus-visible { outline: 2px solid }
        th[aria-sort=descending] button::after { content: " ▼" }
        th[aria-sort=ascending] button::after { content: " ▲" }
        @media print { body { margin: 0; max-width: none } th { position: static } }
        """;

    /// <param name="title">Already safe.</param>
    public static string Head(string title) =>
        $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="{Policy}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{title}</title>
        <style>
        {Style}
        </style>
        </head>
        <body>

        """;
}

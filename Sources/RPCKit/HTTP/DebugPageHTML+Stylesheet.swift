extension DebugPageHTML {
  /// A resource of its own, because the page's policy allows no styles in the page.
  static let stylesheet = """
    :root {
      color-scheme: light dark;
      --line: light-dark(#d8dee4, #3a424c);
      --quiet: light-dark(#59636e, #9198a1);
      --stripe: light-dark(#f6f8fa, #1b2129);
    }
    body {
      margin: 2rem auto;
      padding: 0 1rem;
      max-width: 68rem;
      font: 15px/1.5 system-ui, sans-serif;
      background: light-dark(#fff, #12161c);
      color: light-dark(#1f2328, #e6edf3);
    }
    section { margin-bottom: 2rem; font-size: 1.15rem; font-weight: 600 }
    hr { border: 0; margin: 0.2rem }
    table {
      width: 100%;
      table-layout: fixed;
      border-collapse: collapse;
      font-size: 0.85rem;
      font-weight: 400;
    }
    th {
      padding: 0.3rem 0.7rem;
      text-align: right;
      font-weight: 500;
      color: var(--quiet);
      border-bottom: 1px solid var(--line);
    }
    td {
      padding: 0.3rem 0.7rem;
      text-align: right;
      font-variant-numeric: tabular-nums;
      border-bottom: 1px solid var(--line);
    }
    tr:nth-child(odd) td { background: var(--stripe) }
    th:first-child { width: 40% }
    th:first-child, th[align=left], td[align=left] { text-align: left }
    td[align=left] { font-family: ui-monospace, monospace; overflow-wrap: anywhere }

    """
}

extension PreviewPage {
    /// Light and dark as the reader's system says; one column on a phone. Mails stand on white, as
    /// most programs show them.
    static let style = """

        :root { color-scheme: light dark; --ink: #1d2b33; --quiet: #5d6b73; --line: #d9dfe2;
          --paper: #fff; --ground: #f4f6f7; --bar: #2f7d95; --bad: #b3261e; --note: #fff6dd; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6ecef; --quiet: #9aa8af;
          --line: #37434a; --paper: #1b2327; --ground: #12181b; --bar: #58b3cd; --bad: #ff8a80;
          --note: #3a3217; } }
        * { box-sizing: border-box; }
        body { font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; margin: 0 auto;
          max-width: 68rem; padding: 1.5rem 1rem 4rem; color: var(--ink);
          background: var(--ground); }
        h1 { font-size: 1.9rem; margin: 0; overflow-wrap: anywhere; }
        h2 { font-size: 1.2rem; margin: 0 0 .8rem; }
        h3 { font-size: 1rem; margin: 0 0 .5rem; }
        header p { margin: .2rem 0 1rem; }
        section { margin: 0 0 1.2rem; padding: 1.1rem 1.2rem; background: var(--paper);
          border: 1px solid var(--line); border-radius: 10px; }
        .quiet, figcaption { color: var(--quiet); font-weight: normal; font-size: .87rem; }
        .bad, .nobody td { color: var(--bad); }
        .state, .chip { display: inline-block; padding: .05rem .6rem; border-radius: 1rem;
          border: 1px solid var(--line); font-size: .87rem; background: var(--ground); }
        .state { border-color: var(--bar); color: var(--bar); font-weight: 600; }
        .waiting { margin: 0 0 1.2rem; padding: .8rem 1.2rem; border-radius: 10px;
          background: var(--note); border: 1px solid var(--line); }
        code { font-size: .95em; background: var(--ground); padding: .1rem .35rem;
          border-radius: 4px; }
        .waiting code { user-select: all; font-weight: 600; }
        .figures { display: flex; flex-wrap: wrap; gap: 1rem 2.2rem; }
        .figures b { display: block; font-size: 1.5rem; line-height: 1.2; }
        .figures span { color: var(--quiet); font-size: .87rem; }
        .cards { display: grid; gap: 1.2rem 2.5rem;
          grid-template-columns: repeat(auto-fit, minmax(min(21rem, 100%), 1fr)); }
        table { border-collapse: collapse; width: 100%; }
        td, th { padding: .25rem .6rem .25rem 0; text-align: left; vertical-align: top;
          border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
        tr:last-child td { border-bottom: 0; }
        td.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
        td.bar { width: 34%; min-width: 4.5rem; padding-right: 0; vertical-align: middle; }
        td.bar span { display: block; height: .6rem; min-width: 1px; border-radius: 3px;
          background: var(--bar); }
        .nobody td.bar span { background: none; }
        article { padding: 1rem 0; border-top: 1px solid var(--line); }
        article:first-of-type { border-top: 0; padding-top: 0; }
        article p { margin: 0 0 .6rem; }
        a { color: var(--bar); }
        .inbox { border: 1px solid var(--line); border-radius: 6px; padding: .5rem .9rem;
          white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
        .inbox .from { display: inline-block; min-width: 9rem; padding-right: 1rem; }
        .frames { display: flex; gap: 1rem; align-items: flex-start; }
        figure { margin: 0; } figure.wide { flex: 1 1 0; min-width: 0; }
        figure.narrow { flex: 0 0 322px; max-width: 100%; }
        iframe { width: 100%; height: 34rem; border: 1px solid var(--line); border-radius: 6px;
          background: #fff; color-scheme: light; resize: vertical; }
        figcaption { text-align: center; }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0; padding: .8rem 1rem;
          background: var(--ground); border-radius: 6px; font-size: .87rem; }
        summary { cursor: pointer; }
        @media (max-width: 46rem) { .frames { display: block; } figure { margin-bottom: .8rem; }
          figure.wide { overflow-x: auto; } figure.wide iframe { width: 640px; }
          figure.narrow { width: 322px; } .inbox .from { min-width: 0; }
          section { padding: .9rem; } }
        @media print { iframe { height: 60rem; } section { break-inside: avoid-page; } }

        """
}

"""The style of the HTML report: light, dark, phone and print. It fetches nothing."""

CSS = """
:root {
  color-scheme: light dark;
  --ink: #1a1a1a; --muted: #5c5c5c; --rule: #d9d6cf; --paper: #fffefb; --panel: #f6f4ee;
  --good: #005a8f; --bad: #a83c00; --open: #6b5600;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e3dc; --muted: #a5a198; --rule: #3d3b37; --paper: #181816; --panel: #22211e;
    --good: #7cc0ef; --bad: #ff9d66; --open: #dcc055;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body {
  margin: 0 auto; padding: 3.5rem 1.5rem 6rem; max-width: 47rem; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.55 "STIX Two Text", "Libertinus Serif", "Iowan Old Style", Palatino, "Palatino Linotype",
    "Times New Roman", serif;
  font-variant-numeric: lining-nums;
}
h1, h2, h3, h4, h5 { font-weight: normal; line-height: 1.25; text-wrap: balance; }
h1 { font-size: 2rem; margin: 0 0 .3rem; }
h2 { font-size: 1.35rem; margin: 4rem 0 0; padding-bottom: .3rem; border-bottom: 1px solid var(--ink); }
h3 { font-size: 1.2rem; font-style: italic; margin: 2.6rem 0 0; }
h4 { font-size: 1.2rem; margin: 0; }
h5 { font-size: 1rem; font-variant-caps: small-caps; letter-spacing: .04em;
  margin: 1.6rem 0 .3rem; color: var(--muted); }
p { margin: .5rem 0; text-wrap: pretty; }
a { color: inherit; text-decoration-color: var(--rule); text-underline-offset: .18em; }
a:hover { text-decoration-color: currentColor; }
code, pre { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: .82em; }
code, td.wide { overflow-wrap: anywhere; }
pre { margin: .3rem 0; padding: .45rem .7rem; background: var(--panel); overflow-x: auto; white-space: pre-wrap;
  overflow-wrap: anywhere; }
.commands span { display: block; width: fit-content; user-select: all; }
.muted { color: var(--muted); }
.together { white-space: nowrap; }
sup { line-height: 0; }
svg.formula { overflow: visible; max-width: 100%; }
:target { scroll-margin-top: 1rem; background: var(--panel); }
section:target { background: none; }

.tally { display: flex; flex-wrap: wrap; gap: .2rem 2rem; margin: 1.8rem 0 1rem; padding: 0; list-style: none; }
.tally b { font-size: 1.5rem; font-weight: normal; font-variant-numeric: lining-nums tabular-nums; }

table { border-collapse: collapse; width: 100%; margin: .4rem 0; font-size: .92em; line-height: 1.4; }
th, td { padding: .32rem .8rem .32rem 0; text-align: left; vertical-align: baseline; font-weight: normal; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--muted); border-bottom: 1px solid var(--ink); white-space: nowrap; }
tbody tr { border-bottom: 1px solid var(--rule); }
table:not(.values, table table) > tbody:last-child > tr:last-child { border-bottom: 1px solid var(--ink); }
.number { text-align: right; white-space: nowrap; font-variant-numeric: lining-nums tabular-nums; }
tbody th[scope=rowgroup] { padding-top: 1.1rem; font-style: italic; }
th[scope=row] { color: var(--muted); width: 1%; white-space: nowrap; padding-right: 1.6rem; }
table table { margin: 0; font-size: 1em; width: auto; }
table table tbody tr { border-bottom: 0; }
table table thead th { border-bottom: 1px solid var(--rule); }
.overview, .evidence { border-top: 1px solid var(--ink); margin: 1.2rem 0; }
.evidence td:first-child { white-space: nowrap; }
.evidence b { font-weight: normal; font-variant-numeric: tabular-nums; display: inline-block; min-width: 1.3em; }
.overview small, .evidence small { display: block; color: var(--muted); margin-top: .1rem; }
.overview small .alarm { color: var(--ink); }

.badge { white-space: nowrap; display: inline-block; padding: 0 .5em; border: 1px solid; border-radius: .2em;
  font-size: .9em; line-height: 1.45; }
.badge::before { content: attr(data-mark); margin-right: .4em; font-size: .85em;
  font-family: "DejaVu Sans", sans-serif; }
.holds { color: var(--good); }
.fails { color: var(--bad); border-style: double; border-width: 3px; line-height: 1.2; }
.undecided { color: var(--open); border-style: dashed; }
.error { background: var(--ink); color: var(--paper); border-color: var(--ink); }
.not_run { color: var(--muted); border-style: dotted; }
.alarm { font-weight: bold; }

section.claim { margin: 1.6rem 0 3.6rem; scroll-margin-top: 1rem; }
.under { margin: .25rem 0 1rem; color: var(--muted); font-size: .92em; }
.card p { margin: .55rem 0; }
.card .head { font-variant-caps: small-caps; letter-spacing: .04em; margin-right: .45em; }
.card .statement { margin: 1rem 0; padding: .1rem 0 .1rem 1.1rem; border-left: 2px solid var(--ink); }
.card ol { list-style: none; margin: .3rem 0 .55rem; padding-left: 2.2rem; }
.card li { position: relative; margin: .2rem 0; }
.card li > span:first-child { position: absolute; left: -2.2rem; color: var(--muted); }
.verdict { margin: 1.5rem 0; padding: .9rem 1.1rem; background: var(--panel); }
.verdict p { margin: .1rem 0 .5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem; margin: 0; font-size: .95em; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: 1.5rem 0; }
figure img { display: block; max-width: 100%; height: auto; background: #fff; }
@media (prefers-color-scheme: dark) { figure img { padding: .5rem; border-radius: .2rem; } }
figcaption { margin-top: .5rem; font-size: .9em; color: var(--muted); }
details { margin: .35rem 0; }
.commands { margin-top: 1.2rem; }
summary { cursor: pointer; color: var(--muted); font-variant-caps: small-caps; letter-spacing: .04em; }

@media (max-width: 40rem) {
  body { padding: 1.6rem 1.1rem 4rem; }
  h1 { font-size: 1.6rem; }
  .stack thead { position: absolute; left: -999rem; }
  .overview { border-top: 0; }
  .stack tr { display: flex; flex-wrap: wrap; gap: .1rem 1rem; padding: .55rem 0; align-items: baseline; }
  .stack td { padding: 0; }
  .stack td:first-child, .stack td.wide { flex: 0 0 100%; }
  .stack td:empty { display: none; }
  .stack td[data-label]:not(:empty)::before { content: attr(data-label) "\\00a0"; color: var(--muted); }
}
@media print {
  @page { margin: 22mm 20mm; }
  :root { --ink: #000; --muted: #444; --rule: #bbb; --paper: #fff; --panel: #fff;
    --good: #00466f; --bad: #862f00; --open: #4d3e00; }
  body { padding: 0; max-width: none; font-size: 10.5pt; }
  h2, h3, h4, h5 { break-after: avoid; }
  .verdict { padding: .6rem .8rem; border: 1px solid var(--rule); }
  .verdict, figure, tr, pre, .statement { break-inside: avoid; }
  .commands { display: none; }
  details::details-content { content-visibility: visible; display: block; block-size: auto; }
  a { text-decoration: none; }
}
"""

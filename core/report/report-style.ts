// The style sheet of a report. Light and dark are two sets of the same variables; contrasts keep WCAG 2.2 AA: 4.5 for
// text, 3 for shapes, against the paper.
const LIGHT = `
  --paper: #ffffff; --ink: #1b1f24; --muted: #5f6975; --line: #d5dae0; --band: #f3f5f8; --accent: #1f6feb; --focus: #0b57d0;
  --o-masked: #7b8794; --o-recovered: #1a7f4b; --o-stopped: #b26a00; --o-silent-corruption: #c4202f;
  --o-crash: #7a3fb8; --o-hang: #8a4b14; --o-recovered-wrong: #c21f86;`;

const DARK = `
  --paper: #14181d; --ink: #e6e9ed; --muted: #a3adb8; --line: #39424d; --band: #1d232a; --accent: #6ea8fe; --focus: #a8c7fa;
  --o-masked: #8b97a4; --o-recovered: #4cc38a; --o-stopped: #f0a840; --o-silent-corruption: #ff6b6b;
  --o-crash: #c297ff; --o-hang: #d99a63; --o-recovered-wrong: #ff7ac8;`;

export const REPORT_STYLE: string = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
@media print { :root { color-scheme: light; ${LIGHT} } }
:root {
  --heat-0: color-mix(in srgb, var(--accent) 5%, var(--paper)); --heat-1: color-mix(in srgb, var(--accent) 28%, var(--paper));
  --heat-2: color-mix(in srgb, var(--accent) 52%, var(--paper)); --heat-3: color-mix(in srgb, var(--accent) 76%, var(--paper));
  --heat-4: var(--accent);
}
* { box-sizing: border-box; }
html { font: 16px/1.5 system-ui, sans-serif; background: var(--paper); color: var(--ink); }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 72rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0.5rem 0; }
h2 { font-size: 1.4rem; margin: 2.5rem 0 0.5rem; padding-top: 0.75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.1rem; margin: 1.75rem 0 0.25rem; }
p, li { max-width: 46rem; }
a { color: var(--focus); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.lead { font-size: 1.1rem; }
.measured { color: var(--muted); font-size: 0.9rem; }
nav ul { padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1.25rem; margin: 0.75rem 0; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
pre { background: var(--band); border: 1px solid var(--line); padding: 0.75rem 1rem; overflow-x: auto; }
code { font: 0.9em ui-monospace, monospace; }
.scroll { overflow-x: auto; margin: 0.75rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.875rem; }
caption { text-align: left; color: var(--muted); padding-bottom: 0.35rem; }
th, td { padding: 0.3rem 0.55rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid var(--muted); vertical-align: bottom; }
tbody th { font-weight: 600; white-space: nowrap; }
tbody tr:nth-child(even) { background: var(--band); }
.number { text-align: right; }
td.number { white-space: nowrap; }
.wrapped td.number { white-space: normal; }
figure { margin: 1.25rem 0 2rem; }
figcaption { margin-bottom: 0.5rem; max-width: 46rem; }
.chart svg { max-width: 100%; height: auto; display: block; }
details { margin: 0.5rem 0; }
h3.inline { display: inline; }
summary { cursor: pointer; color: var(--focus); width: fit-content; }
.note { border-left: 4px solid var(--accent); background: var(--band); padding: 0.5rem 1rem; margin: 1rem 0; max-width: 46rem; }
@media print {
  html { font-size: 10pt; }
  body { max-width: none; padding: 0; }
  nav, .skip { display: none; }
  figure, table, pre, dl { break-inside: avoid; }
  h2, h3, caption, figcaption { break-after: avoid; }
  .scroll { overflow: visible; }
  .variants > details::details-content { content-visibility: visible; height: auto; display: block; }
  .variants > details > summary { list-style: none; color: var(--ink); }
}
`;

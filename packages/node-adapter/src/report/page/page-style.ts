import { chartPalette, type ChartTheme } from '@graft-ml/metrics/charts';
import { darkChartStyle } from './chart-figure.js';

/** Shades of the confusion matrix, from a share of 0 to one of 1. */
export const shades = 11;

const light = `
  --paper: #ffffff; --ink: #1f2328; --soft: #57606a; --line: #d0d7de; --panel: #f6f8fa; --accent: #0550ae;
  --ok: #116329; --ok-paper: #e9f7ec; --warn: #7d4e00; --warn-paper: #fff6dd; --bad: #a40e26; --bad-paper: #ffebe9;
${ramp('light')}`;

const dark = `
  --paper: #0d1117; --ink: #e6edf3; --soft: #9da7b3; --line: #30363d; --panel: #161b22; --accent: #79b8ff;
  --ok: #6fdd8b; --ok-paper: #10261a; --warn: #f0c869; --warn-paper: #2b2410; --bad: #ff9d94; --bad-paper: #311618;
${ramp('dark')}`;

/** Colours of the shades, mixed from the theme's ramp, and the text on them. */
function ramp(theme: ChartTheme): string {
  const { ramp: stops, onRamp } = chartPalette(theme);
  return Array.from({ length: shades }, (_, i) => {
    const share = i / (shades - 1);
    const half = share <= 0.5 ? 0 : 1;
    const color = mix([stops[half] as string, stops[half + 1] as string], share * 2 - half);
    return `--shade-${i}: ${color}; --on-shade-${i}: ${onRamp[half]};`;
  }).join('\n');
}

function mix([from, to]: readonly [string, string], part: number): string {
  const channel = (color: string, at: number) => Number.parseInt(color.slice(1 + at * 2, 3 + at * 2), 16);
  const mixed = [0, 1, 2].map((at) => Math.round(channel(from, at) * (1 - part) + channel(to, at) * part));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** The report's style sheet: own colours by the reader's preference, and paper's when printed. */
export function pageStyle(): string {
  const shadeRules = Array.from(
    { length: shades },
    (_, i) => `.shade-${i}{background:var(--shade-${i});color:var(--on-shade-${i})}`,
  ).join('\n');
  return `:root { color-scheme: light dark; ${light} }
@media screen and (prefers-color-scheme: dark) { :root { ${dark} }
${darkChartStyle()} }
${layout}
${shadeRules}
${pieces}
${printing}`;
}

const layout = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; scroll-padding-top: 1rem; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } * { transition: none !important; animation: none !important; } }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
header, main, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.25rem; }
footer { padding-top: 1.5rem; padding-bottom: 3rem; color: var(--soft); font-size: .9rem; }
section { padding: 1.75rem 0 .5rem; border-top: 1px solid var(--line); margin-top: 1.75rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .35rem; overflow-wrap: anywhere; }
h2 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 .75rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
p { margin: .5rem 0; max-width: 46rem; }
a { color: var(--accent); }
.lead, .soft { color: var(--soft); }
.skip { position: absolute; left: -100vw; top: 0; background: var(--paper); padding: .5rem 1rem; z-index: 2; }
.skip:focus { left: 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; list-style: none; margin: 1.1rem 0 0; padding: 0; font-size: .93rem; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .88em; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; max-width: 100%; margin: .75rem 0; }
table { border-collapse: collapse; font-size: .93rem; }
caption { text-align: left; color: var(--soft); padding-bottom: .4rem; }
caption.quiet { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: normal; }
thead th { color: var(--soft); font-weight: 600; vertical-align: bottom; }
th[scope=row] { overflow-wrap: anywhere; min-width: 7rem; max-width: 30rem; }
th p { color: var(--soft); margin: .15rem 0 0; font-size: .92em; overflow-wrap: break-word; }
th:has(p) { min-width: 15rem; }
td { overflow-wrap: break-word; max-width: 34rem; }
.words { min-width: 14rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
`;

const pieces = `
.notice { border: 1px solid var(--warn); border-left-width: 6px; background: var(--warn-paper); color: var(--ink); padding: .75rem 1rem; border-radius: 6px; margin: 1.25rem 0; }
.notice p { margin: .2rem 0; }
.verdict { border: 1px solid var(--line); border-left: 6px solid var(--soft); background: var(--panel); padding: .75rem 1rem; border-radius: 6px; margin: 1rem 0; }
.verdict.ok { border-left-color: var(--ok); background: var(--ok-paper); }
.verdict.warn { border-left-color: var(--warn); background: var(--warn-paper); }
.verdict.bad { border-left-color: var(--bad); background: var(--bad-paper); }
.verdict p { margin: .2rem 0; }
.tag { display: inline-block; border: 1px solid currentColor; border-radius: 4px; padding: 0 .4rem; font-size: .85rem; white-space: nowrap; }
.tag.ok { color: var(--ok); } .tag.warn { color: var(--warn); } .tag.bad { color: var(--bad); } .tag.none { color: var(--soft); }
.gap { color: var(--soft); border-left: 3px solid var(--line); padding-left: .75rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .9rem; margin: 1.25rem 0; padding: 0; }
.figures > div { border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; background: var(--panel); }
.figures dt { color: var(--soft); font-size: .88rem; }
.figures dd { margin: 0; }
.figures .value { font-size: 1.7rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.figures .detail { font-size: .86rem; color: var(--soft); }
.charts { display: flex; flex-wrap: wrap; gap: 1.25rem 2rem; align-items: flex-start; }
.charts > div { min-width: 0; max-width: 100%; }
figure { margin: .5rem 0; max-width: 100%; }
figcaption { color: var(--soft); font-size: .88rem; max-width: 46rem; }
.chart svg { display: block; max-width: 100%; height: auto; }
.matrix th, .matrix td { border: 0; padding: 1px; }
.matrix table { font-size: .9rem; }
.matrix th[scope=row] { text-align: right; padding-right: .6rem; min-width: 0; vertical-align: middle; position: sticky; left: 0; background: var(--paper); white-space: nowrap; max-width: none; }
.matrix th[scope=col] { text-align: center; max-width: 8rem; padding: .2rem .3rem; overflow-wrap: anywhere; color: var(--ink); }
.matrix .upright th[scope=col] { vertical-align: bottom; padding: .3rem 0; }
.matrix .upright th[scope=col] span { display: inline-block; writing-mode: vertical-rl; transform: rotate(180deg); max-height: 15rem; white-space: nowrap; line-height: 1.1; }
.many span.cell { color: var(--soft); }
.matrix .corner { text-align: left !important; color: var(--soft); font-size: .85rem; }
.cell { display: flex; align-items: center; justify-content: center; width: 100%; min-width: 2.1rem; min-height: 2.1rem; border: 1px solid transparent; border-radius: 4px; font: inherit; font-variant-numeric: tabular-nums; }
.few .cell { min-width: 5rem; min-height: 4.2rem; font-size: 1.25rem; }
button.cell { cursor: pointer; text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 3px; }
button.cell:hover { border-color: var(--ink); }
.cell.right { font-weight: 700; }
.images { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .9rem; list-style: none; padding: 0; margin: .75rem 0; }
.images li { min-width: 0; border: 1px solid var(--line); border-radius: 8px; padding: .6rem; background: var(--panel); font-size: .85rem; }
.images.wide { grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); }
.images .pair { display: grid; grid-template-columns: 1fr 1fr; gap: .4rem; }
.images img, .images .blank { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; background: #000; border-radius: 4px; }
.images .blank { background: var(--line); color: var(--soft); display: flex; align-items: center; justify-content: center; text-align: center; padding: .5rem; }
.images p { margin: .35rem 0 0; overflow-wrap: anywhere; }
.images .path { color: var(--soft); font-size: .8rem; }
.images figure { margin: 0; } .images figcaption { font-size: .78rem; }
.facts { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .25rem 1rem; font-size: .93rem; margin: .5rem 0; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
dialog { border: 1px solid var(--line); border-radius: 10px; background: var(--paper); color: var(--ink); width: min(62rem, calc(100vw - 2rem)); max-height: calc(100vh - 3rem); padding: 0; }
dialog::backdrop { background: rgb(0 0 0 / .5); }
dialog .bar { position: sticky; top: 0; display: flex; justify-content: space-between; align-items: center; gap: 1rem; padding: .9rem 1.1rem; background: var(--paper); border-bottom: 1px solid var(--line); }
dialog h2 { font-size: 1.1rem; margin: 0; overflow-wrap: anywhere; }
dialog .content { padding: .25rem 1.1rem 1.1rem; }
.close { font: inherit; border: 1px solid var(--line); border-radius: 6px; background: var(--panel); color: var(--ink); padding: .25rem .8rem; cursor: pointer; }
@media (max-width: 40rem) {
  header, main, footer { padding-left: .9rem; padding-right: .9rem; }
  .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: .5rem; }
  .matrix th[scope=row] { max-width: 6.5rem; white-space: normal; overflow-wrap: anywhere; }
  .few .cell { min-width: 3.4rem; min-height: 3.2rem; font-size: 1.05rem; }
}
`;

// Sizes of paper are left to the reader: A4 and Letter both work.
const printing = `
@page { margin: 16mm 14mm; }
@media print {
  body { font-size: 10.5pt; }
  header, main, footer { max-width: none; padding: 0; }
  nav, .skip, .on-screen { display: none !important; }
  section { border-top: 0; padding: .5rem 0 0; margin-top: .75rem; }
  p { orphans: 3; widows: 3; }
  section > p, .facts dd { break-inside: avoid; }
  h2, h3, caption, section > p { break-after: avoid; }
  .charts { display: grid; grid-template-columns: 1fr 1fr; gap: .5rem 1.5rem; }
  figure, .images li, .figures > div, .verdict, .notice, tr, pre { break-inside: avoid; }
  .scroll { overflow: visible; }
  .scroll table { font-size: 9pt; }
  .images { grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr)); }
  .images.wide { grid-template-columns: repeat(3, 1fr); }
  .chart svg { max-height: 9.5cm; }
  .cell, .verdict, .notice, .tag { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  button.cell { text-decoration: none; }
  .few .cell { min-height: 1.4cm; }
  .many table { font-size: 6pt; } .many .cell { min-width: 0; min-height: 0; padding: 1px; }
  a { color: inherit; text-decoration: none; }
}
`;

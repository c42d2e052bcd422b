import { describe, expect, it } from 'vitest';
import { hostileNames, madeUpEvaluation, wholeReport } from '../../test/report-fixture.js';
import { escapeHtml, jsonForScript } from './page/escape-html.js';
import { renderReport } from './render-report.js';

const plain = ['covid', 'normal', 'pneumonia'];
/** The page's text without style, script and data. */
const words = (html: string) => html.replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, '').replaceAll(/<[^>]*>/g, ' ');

describe('renderReport', () => {
  it('shows all parts of a whole report', async () => {
    const html = await renderReport(wholeReport(plain));
    for (const heading of [
      'Summary',
      'Confusion matrix',
      'Classification report',
      'Errors',
      'Audit of the data',
      'ROC and precision–recall',
      'Calibration',
      'Training',
      'Map of the images',
      'Data',
      'How to reproduce',
    ]) {
      expect(html).toContain(`-title">${heading}</h2>`);
    }
    const text = words(html);
    expect(text).toContain('0123456789abcdef0123456789abcdef');
    expect(text).toContain('For education only, not for diagnosis.');
    expect(text).toContain('1 on two sides of the split');
    expect(text).toContain('1970-01-01 00:00 UTC');
    expect(text).not.toContain('undefined');
    expect(text).not.toContain('[object');
  });

  it('states each gap of a report that has an evaluation only', async () => {
    const text = words(await renderReport({ title: 'Little', evaluation: madeUpEvaluation(plain, 5) }));
    for (const gap of [
      'The data were not audited',
      'Errors were not analysed',
      'No interval was computed',
      'No map of the images was made',
      'how it was trained is not part of it',
      'How the model was made is not part of this report',
      'No pictures were kept',
    ]) {
      expect(text).toContain(gap);
    }
    expect(text).not.toContain('For education only');
    expect(text).not.toContain('undefined');
  });

  it('gives the reason of a gap where one is known', async () => {
    const gaps = { audit: 'Left out: <disk> full' };
    const html = await renderReport({ title: 'Little', evaluation: madeUpEvaluation(plain, 5), gaps });
    expect(html).toContain('Left out: &lt;disk&gt; full');
  });

  it('says that a number must not be trusted which thumbnails reach as well, and only then', async () => {
    const report = wholeReport(plain);
    expect(words(await renderReport(report))).toContain('Do not trust this number yet');
    const checks = report.audit?.checks.map((check) => ({ ...check, accuracy: 0.4 })) ?? [];
    const honest = { ...report, audit: { ...report.audit!, verdict: 'ok' as const, checks } };
    expect(words(await renderReport(honest))).not.toContain('Do not trust');
  });

  it('lets no name become markup, wherever it stands', async () => {
    const html = await renderReport(wholeReport(hostileNames));
    const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
    expect(scripts).toEqual(['<script type="application/json" id="report-data">', '<script>']);
    expect(/<(?:img|svg)[^>]*\bon\w+=/.test(html)).toBe(false);
    expect(/[\0\u202e]/.test(html)).toBe(false);
    expect(html.match(/<\/title>/g)).toHaveLength(1);
  });

  it('names no address outside of itself, and forbids all', async () => {
    const html = await renderReport(wholeReport(plain));
    expect(html).toContain(`content="default-src 'none'; img-src data:; style-src 'sha256-`);
    const addresses = [...html.matchAll(/(?:https?:)?\/\/[\w.-]+\.\w+/g)].map(([address]) => address);
    // Names of SVG's vocabularies, which are never fetched.
    expect(new Set(addresses)).toEqual(new Set(['http://www.w3.org']));
    // What the policy allows by hash cannot hold for attributes.
    expect(/\sstyle="/.test(html)).toBe(false);
  });

  it('leaves out the matrix of very many classes, and says so', async () => {
    const names = Array.from({ length: 201 }, (_, i) => `class ${i}`);
    const html = await renderReport({ title: 'Many', evaluation: madeUpEvaluation(names, 1) });
    expect(words(html)).toMatch(/the matrix of 201 classes is too large for a page/);
    expect(html).not.toContain('class="cell');
    expect(html.length).toBeLessThan(1_000_000);
  });

  it('stays small for very many images: what is left out is counted', async () => {
    const evaluation = madeUpEvaluation(plain, 10_000, (name, place) => `${name}/${'deep/'.repeat(10)}${place}.png`);
    const html = await renderReport({ title: 'Many', evaluation });
    expect(html.length).toBeLessThan(1_000_000);
    const data = JSON.parse(/id="report-data">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '') as {
      cells: Record<string, { total: number; records: number[] }>;
    };
    const cells = Object.values(data.cells);
    expect(cells.reduce((sum, { total }) => sum + total, 0)).toBe(30_000);
    expect(Math.max(...cells.map(({ records }) => records.length))).toBe(60);
  });

  it('takes two classes, a class without images, and predictions that are all right', async () => {
    const two = madeUpEvaluation(['no', 'yes'], 10);
    expect(words(await renderReport({ title: 'Two', evaluation: two }))).toContain(
      'mean area under the ROC curves is 0.',
    );
    const one = two.predictions.filter(({ trueLabel }) => trueLabel === 'no').map((p) => ({ ...p, label: 'no' }));
    const evaluation = {
      ...two,
      accuracy: 1,
      predictions: one,
      confusionMatrix: [
        [10, 0],
        [0, 0],
      ],
    };
    const text = words(await renderReport({ title: 'One', evaluation }));
    expect(text).toContain('not defined');
    expect(text).toContain('the images of the test do not give such a curve');
  });
});

describe('text in HTML', () => {
  it('is escaped between tags and in attributes, and keeps its letters', () => {
    expect(escapeHtml(`<a href="x" id='y'>&amp;`)).toBe('&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;');
    expect(escapeHtml('דלקת 😀 Ω')).toBe('דלקת 😀 Ω');
    expect(escapeHtml('a\u202eb\u0000c\ud800')).toBe('a\ufffdb\ufffdc\ufffd');
  });

  it('is escaped in JSON inside of a script element, and comes back the same', () => {
    const value = { name: '</script><!--<script>&\u2028\u2029' };
    const text = jsonForScript(value);
    expect(text).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(text)).toEqual(value);
  });
});

import { describe, expect, it } from 'vitest';
import { hostileNames, madeUpEvaluation, wholeReport } from '../../test/report-fixture.js';
import { markdownText, renderModelCard, yamlText } from './model-card.js';

const plain = ['covid', 'normal', 'pneumonia'];
const headerOf = (card: string) => /^---\n([\s\S]*?)\n---\n/.exec(card)?.[1]?.split('\n') ?? [];

describe('renderModelCard', () => {
  it("begins with Hugging Face's metadata", () => {
    const header = headerOf(renderModelCard({ ...wholeReport(plain), title: 'Chest' }));
    expect(header).toEqual(
      expect.arrayContaining([
        'library_name: graft',
        'pipeline_tag: image-classification',
        'license: unknown',
        'tags:',
        '  - medical',
        'metrics:',
        'model-index:',
        '  - name: "Chest"',
        '          - type: accuracy',
      ]),
    );
  });

  it('says what the model is not for, and why its number is not to be trusted', () => {
    const card = renderModelCard(wholeReport(plain));
    expect(card).toContain('> **For education only, not for diagnosis.**');
    expect(card).toContain('**Do not trust this number yet.**');
    expect(card).toContain('| covid | ');
    expect(card).toContain("graft train '<set>' --seed 42");
  });

  it('names a data set to the Hub only by what the Hub takes for a name', () => {
    const report = wholeReport(plain);
    const withLocation = (location: string) =>
      headerOf(renderModelCard({ ...report, dataset: { ...report.dataset!, location } }));
    expect(withLocation('/data/covid-0402')).toContain('  - "covid-0402"');
    expect(withLocation('/data/my: set')).not.toContain('datasets:');
  });

  it('is one line for each line of its own, whatever classes and data are called', () => {
    const lines = (names: readonly string[], title: string) =>
      renderModelCard({ ...wholeReport(names), title, medical: undefined }).split('\n').length;
    const hostile = hostileNames.map((name) => `${name}\n---\n# owned\r\n`);
    expect(lines(hostile, 'a"\n---\nlicense: mit')).toBe(
      lines(
        hostile.map((_, i) => `c${i}`),
        'a',
      ),
    );
  });

  it('does without all that may be missing', () => {
    const card = renderModelCard({ title: 'Little', evaluation: madeUpEvaluation(plain, 5) });
    expect(card).toContain('The data were not audited for shortcuts.');
    expect(card).not.toContain('undefined');
    expect(card).not.toContain('education');
  });
});

describe('names in a model card', () => {
  it('are quoted for YAML, with nothing that ends or changes the text', () => {
    expect(yamlText('a: b # c')).toBe('"a: b # c"');
    expect(yamlText('"quoted"\n- item\u0085\u2028\ud800')).toBe(
      String.raw`"\"quoted\"\n- item\u0085\u2028�`.concat('"'),
    );
  });

  it('are text for Markdown: neither markup, nor links, nor cells', () => {
    expect(markdownText('<script>a & b</script>')).toBe('&lt;script&gt;a &amp; b&lt;/script&gt;');
    expect(markdownText('*a* _b_ `c` | [d](http://e) ![f](g)')).toBe(
      String.raw`\*a\* \_b\_ \`c\` \| \[d\](http\://e) !\[f\](g)`,
    );
    expect(markdownText('www.example.com someone@example.com\n# heading')).toBe(
      String.raw`www\.example.com someone\@example.com \# heading`,
    );
  });
});

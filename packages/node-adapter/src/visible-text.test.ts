import { describe, expect, it, vi } from 'vitest';
import { printJson, printLine } from './cli/print-result.js';
import { printError } from './cli/report-error.js';
import { createProgram } from './cli/program.js';
import { progressPrinter } from './cli/terminal/progress-printer.js';
import { visibleJson, visibleLines, visibleText } from './visible-text.js';

/** Clears the screen, rings, turns text round, breaks a line in two ways. */
const hostile = 'a\u001b[2Jb\u0007\u009b\u202ec\u2066\u200f\u2028d\u007f';
const shown = String.raw`a\u001b[2Jb\u0007\u009b\u202ec\u2066\u200f\u2028d\u007f`;

describe('text from outside', () => {
  it('is shown with escapes for what steers a terminal, and else as it is', () => {
    expect(visibleText(hostile)).toBe(shown);
    expect(visibleText('a\nb\tc')).toBe(String.raw`a\u000ab\u0009c`);
    expect(visibleText('שלום 🫁 e\u0301 👩‍⚕️')).toBe('שלום 🫁 e\u0301 👩‍⚕️');
  });

  it('keeps lines and tabs where there may be several', () => {
    expect(visibleLines(`a\tb\n${hostile}\r`)).toBe(`a\tb\n${shown}${String.raw`\u000d`}`);
  });

  it('is read from JSON as it was', () => {
    const document = { [hostile]: [hostile, '\u0000\n'] };
    const json = visibleJson(JSON.stringify(document, undefined, 2));
    expect(json).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
    expect(JSON.parse(json)).toEqual(document);
  });
});

describe('whatever the command prints', () => {
  const printed = (stream: NodeJS.WriteStream, print: () => void): string => {
    let text = '';
    const spy = vi.spyOn(stream, 'write').mockImplementation((piece) => {
      text += String(piece);
      return true;
    });
    try {
      print();
    } finally {
      spy.mockRestore();
    }
    return text;
  };

  it('steers no terminal: results, documents, notes, errors and their stacks, and wrong usage', async () => {
    const { stdout, stderr } = process;
    expect(printed(stdout, () => printLine(`${hostile}\nb`))).toBe(`${shown}\nb\n`);
    expect(printed(stdout, () => printJson([hostile]))).toContain(shown.replace('\\u0007', String.raw`\u0007`));
    expect(printed(stderr, () => progressPrinter().note(hostile))).toBe(`${shown}\n`);
    // It reached the terminal: the class that a data set lacks was named as it was.
    expect(printed(stderr, () => printError(new Error(`${hostile}\nb`), { verbose: false }))).toBe(
      `graft: ${shown} b\n`,
    );
    expect(printed(stderr, () => printError(new Error(hostile), { verbose: true }))).not.toMatch(/[\u001b\u202e]/);
    let usage = '';
    const program = createProgram();
    const { outputError } = program.configureOutput();
    outputError?.(`error: unknown command '${hostile}'\n`, (text) => (usage += text));
    expect(usage).toBe(`graft: unknown command '${shown}'; see graft --help\n`);
  });
});

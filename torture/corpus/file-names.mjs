// Names that a file may have, of a good picture: they must come back as they are, and steer nothing.
import { readFileSync, writeFileSync } from 'node:fs';
import { formats } from './formats.mjs';

const names = [
  'a b.png',
  '--help.png',
  '-rf.png',
  "quote'.png",
  'double".png',
  'back\\slash.png',
  'new\nline.png',
  'escape\u001b[31m.png',
  'bell\u0007.png',
  'right\u202eleft.png',
  'isolate\u2066x.png',
  'line\u2028separator.png',
  'emoji-🫁.png',
  'e\u0301.png',
  '\u00e9.png',
  '<script>.png',
  '=cmd|calc.png',
  '+1+1.png',
  '@sum(1).png',
  '\tindented.png',
  "'=quoted.png",
  '$(touch pwned).png',
  '`touch pwned`.png',
  '%00.png',
  '%2e%2e%2f.png',
  'a;b.png',
  'a,b.png',
  'https:.png',
  '#fragment.png',
  'query?.png',
  '__proto__.png',
  'constructor.png',
  'con.png',
  '1.png.exe.png',
  'PNG.PNG',
  `${'n'.repeat(250)}.png`,
  '{a,b}.png',
  '[a].png',
  'star*.png',
  '(a|b).png',
  '!not.png',
  '~.png',
];

export function fileNameCases({ model, goods }) {
  return names.map((name) => ({
    door: 'file names',
    title: JSON.stringify(name.length > 40 ? `${name.slice(0, 20)}…` : name),
    expect: 'done',
    subject: name,
    async prepare({ at }) {
      writeFileSync(at('input', name), await formats.png());
      return ['predict', model, goods, at('input'), '--json', '--csv', at('out', 'predictions.csv')];
    },
    check: (_, { sandbox }) =>
      /(^|[,\n])"?[=+@\t]/.test(readFileSync(sandbox.at('out', 'predictions.csv'), 'utf8'))
        ? 'predictions.csv holds a formula'
        : undefined,
  }));
}

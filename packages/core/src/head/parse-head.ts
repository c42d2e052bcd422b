/** What a text says of a head; names and values are checked by who knows them. */
export interface ParsedHead {
  readonly name: string;
  readonly [setting: string]: string | number | boolean | readonly number[];
}

/**
 * Reads a head with its settings: `NAME` or `NAME:SETTING=VALUE,…`; several numbers stand with `x` between them.
 *
 * @throws RangeError for a setting without a value, or given twice.
 * @example `parseHead('mlp:hidden=256x64,dropout=0.3') // { name: 'mlp', hidden: [256, 64], dropout: 0.3 }`
 */
export function parseHead(text: string): ParsedHead {
  const colon = text.indexOf(':');
  if (colon < 0) return { name: text };
  const settings = new Map<string, ParsedHead[string]>();
  for (const part of text.slice(colon + 1).split(',')) {
    const [, key, value] = /^\s*([a-zA-Z]+)\s*=\s*(\S+)\s*$/.exec(part) ?? [];
    if (key === undefined || value === undefined || key === 'name' || settings.has(key)) {
      throw new RangeError(
        `${JSON.stringify(part)} of head ${JSON.stringify(text)} is no setting of its own; write NAME:SETTING=VALUE,…, ` +
          `such as linear:c=auto`,
      );
    }
    settings.set(key, valueOf(value));
  }
  return { ...Object.fromEntries(settings), name: text.slice(0, colon) };
}

function valueOf(text: string): string | number | boolean | number[] {
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^\d+(x\d+)+$/.test(text)) return text.split('x').map(Number);
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

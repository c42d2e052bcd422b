import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUniqueJson } from './unique-json.js';

describe('parseUniqueJson', () => {
  it('parses what JSON.parse parses', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 1, '\t'), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), undefined, indent);
        expect(parseUniqueJson(spaced, { maxDepth: 100 })).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['{"a":1,"a":2}', 'key "a" stands twice'],
    ['{"a":1,"\\u0061":2}', 'key "\\u0061" stands twice'],
    ['{"a":{"b":1},"c":[{"d":1,"d" : 2}]}', 'key "d" stands twice'],
    ['{"a\\\\":1,"a\\\\":2}', 'stands twice'],
  ])('refuses %s', (text, message) => {
    expect(() => parseUniqueJson(text)).toThrow(message);
  });

  it('takes the same key in different objects, and texts that look like keys or brackets', () => {
    const value = [{ a: 1, b: { a: 2 } }, { a: 3 }, '"a":', '{[{[', 'a\\', { 'x"y': ['}', '\\"'] }];
    expect(parseUniqueJson(JSON.stringify(value), { maxDepth: 3 })).toEqual(value);
  });

  it('refuses keys that are not allowed, however they are written', () => {
    const refusedKeys = ['__proto__'];
    expect(() => parseUniqueJson('{"a":{"__proto__":{}}}', { refusedKeys })).toThrow('not allowed');
    expect(() => parseUniqueJson('{"\\u005f_proto__":1}', { refusedKeys })).toThrow('not allowed');
    expect(parseUniqueJson('["__proto__"]', { refusedKeys })).toEqual(['__proto__']);
  });

  it('counts objects and lists within each other, not those in texts', () => {
    expect(parseUniqueJson('[[{"a":"[[[["}]]', { maxDepth: 3 })).toBeDefined();
    expect(() => parseUniqueJson('[[{"a":[]}]]', { maxDepth: 3 })).toThrow('more than 3 objects and lists');
  });

  it.each([
    ['brackets', '['.repeat(4e6) + ']'.repeat(4e6)],
    ['a text of one letter', JSON.stringify('a'.repeat(8e6))],
    ['a text of line breaks', JSON.stringify('\n'.repeat(4e6))],
    ['backslashes', `"${'\\'.repeat(8e6)}"`],
    ['an open text', `"${'\\"'.repeat(4e6)}`],
    ['quotes', '"'.repeat(8e6)],
  ])('takes a second or two for 8 MB of %s', (_, text) => {
    const begin = process.cpuUsage();
    try {
      parseUniqueJson(text, { maxDepth: 40 });
    } catch (error) {
      expect(error).toBeInstanceOf(SyntaxError);
    }
    expect(process.cpuUsage(begin).user / 1e6).toBeLessThan(2);
  });
});

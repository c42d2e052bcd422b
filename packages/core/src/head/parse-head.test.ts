import { describe, expect, it } from 'vitest';
import { getHead } from './head-registry.js';
import { parseHead } from './parse-head.js';

describe('parseHead', () => {
  it('reads a name, and settings behind it', () => {
    expect(parseHead('linear')).toEqual({ name: 'linear' });
    expect(parseHead('linear:c=auto,standardize=false')).toEqual({ name: 'linear', c: 'auto', standardize: false });
    expect(parseHead('mlp:hidden=256x64, dropout=0.3')).toEqual({ name: 'mlp', hidden: [256, 64], dropout: 0.3 });
  });

  it('refuses what is no setting', () => {
    for (const text of [
      'linear:',
      'linear:c',
      'linear:c=',
      'linear:=1',
      'linear:c=1,c=2',
      'linear:name=mlp',
      'linear:1=2',
    ]) {
      expect(() => parseHead(text), text).toThrow('write NAME:SETTING=VALUE');
    }
    expect(() => getHead('linear:__proto__=1')).toThrow(RangeError);
    expect(() => getHead('constructor')).toThrow('unknown head "constructor"');
  });

  it('reads back the name that a head gives itself', () => {
    for (const choice of [
      'default',
      { name: 'mlp', hidden: [64, 32], activation: 'tanh' },
      { name: 'linear', c: 1e-7 },
    ] as const) {
      const { name } = getHead(choice);
      expect(getHead(name).name).toBe(name);
    }
    expect(getHead({ name: 'mlp', hidden: [64, 32] }).name).toBe('mlp:hidden=64x32');
    expect(getHead({ name: 'linear', c: 'auto', standardize: undefined }).name).toBe('linear:c=auto');
  });
});

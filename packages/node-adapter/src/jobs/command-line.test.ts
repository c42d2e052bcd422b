import { describe, expect, it } from 'vitest';
import { commandLine } from './command-line.js';

describe('commandLine', () => {
  it('leaves plain words as they are, and quotes whatever a shell would read otherwise', () => {
    expect(commandLine('graft', ['train', 'a/b-c_d.csv', '--seed', '42'])).toBe('graft train a/b-c_d.csv --seed 42');
    expect(commandLine('graft', ['my set', '$HOME', "it's", '', 'a;b'])).toBe(
      String.raw`graft 'my set' '$HOME' 'it'\''s' '' 'a;b'`,
    );
  });
});

import { describe, expect, it } from 'vitest';
import { reasonOf } from './errors.js';

describe('reasonOf', () => {
  it('shows the control characters of what a parser quotes, so that a file can neither add lines nor steer a terminal', () => {
    let caught: unknown;
    try {
      JSON.parse('{"a":\n\u001b[2J}');
    } catch (error) {
      caught = error;
    }
    expect(reasonOf(caught)).not.toMatch(/\p{Cc}/u);
    expect(reasonOf(new Error('no \u0007 bell\nand a second line'))).toBe('no \\u0007 bell\nand a second line');
  });
});

import type { InputSize } from '@graft-ml/core';
import { InvalidArgumentError } from 'commander';

/** A whole number from 1. */
export function parseCount(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('Expected a whole number from 1.');
  }
  return value;
}

/** A whole number from 2. */
export function parseFolds(text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < 2) throw new InvalidArgumentError('Expected a whole number from 2.');
  return Number(text);
}

/** A whole number from 0 to 2³² − 1. */
export function parseSeed(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 0xffffffff) {
    throw new InvalidArgumentError('Expected a whole number from 0 to 4294967295.');
  }
  return value;
}

/** A number above 0. */
export function parsePositive(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0) || !Number.isFinite(value)) {
    throw new InvalidArgumentError('Expected a number above 0.');
  }
  return value;
}

/** A share above 0 and below 1. */
export function parseShare(text: string): number {
  const value = parsePositive(text);
  if (value >= 1) throw new InvalidArgumentError('Expected a share between 0 and 1, such as 0.2.');
  return value;
}

/** A share from 0 to 1, both included. */
export function parseUnitShare(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) {
    throw new InvalidArgumentError('Expected a share from 0 to 1, such as 0.6.');
  }
  return value;
}

/** `epoch`, or a whole number from 1. */
export function parseViews(text: string): number | 'epoch' {
  if (text === 'epoch') return text;
  try {
    return parseCount(text);
  } catch {
    throw new InvalidArgumentError('Expected a whole number from 1, or "epoch".');
  }
}

/** `224`, or `HEIGHTxWIDTH`. */
export function parseInputSize(text: string): InputSize {
  const [, height, width] = /^(\d+)(?:x(\d+))?$/.exec(text) ?? [];
  if (height === undefined) throw new InvalidArgumentError('Expected a size such as 224, or 200x300 (height x width).');
  return [parseCount(height), parseCount(width ?? height)];
}

/** `i/n`, `auto` or `auto/n`; what they mean is found out when the command runs. */
export function parseShardOption(text: string): string {
  if (!/^(auto(\/\d+)?|\d+\/\d+)$/.test(text.trim())) {
    throw new InvalidArgumentError('Expected i/n with i from 1 to n, such as 3/8, or auto.');
  }
  return text;
}

/** A text that may be given again. */
export function collectText(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, text];
}

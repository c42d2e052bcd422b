// What every parser promises, whatever it is given.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs a parser: it answers, or refuses with an error of these codes, in one line without the control characters of ASCII (those
 * above U+007F are the terminal's affair, as are signs that turn the direction).
 * @returns The error's message; undefined if the input was taken.
 */
export async function taken(codes, run) {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (!codes.includes(error?.code ?? error?.name)) throw error;
    const { message } = error;
    if (/(?![\u007f-\u009f])\p{Cc}/u.test(message))
      throw new Error(`a control character in: ${JSON.stringify(message)}`);
    if (message.length > 3000) throw new Error(`a message of ${message.length} characters: ${message.slice(0, 200)}…`);
    return message;
  }
}

export function claim(holds, text) {
  if (!holds) throw new Error(`it does not hold that ${text}`);
}

/** As JSON, so that a difference can be read; numbers that JSON lacks have names. */
export function same(a, b, text) {
  const spell = (value) =>
    JSON.stringify(value, (_, part) => (typeof part === 'number' && !Number.isFinite(part) ? `number ${part}` : part));
  const [left, right] = [spell(a), spell(b)];
  if (left !== right) throw new Error(`${text}: ${left?.slice(0, 400)} is not ${right?.slice(0, 400)}`);
}

/** A file of the input's bytes, under one of the names that a reader goes by. The folder goes when the thread ends. */
export function scratchFile() {
  const folder = mkdtempSync(join(tmpdir(), 'graft-fuzz-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return (name, bytes) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
}

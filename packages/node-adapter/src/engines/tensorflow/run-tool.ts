import { spawn } from 'node:child_process';
import { AbortedError, EngineError } from '@graft-ml/core';

/** A program of the system and what it is told. */
export interface ToolCall {
  readonly command: string;
  readonly arguments: readonly string[];
  /** Default: this process's. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** For the error: `downloading the wheel`. */
  readonly doing: string;
}

/** How much of a tool's output is kept for its error. */
const keptCharacters = 4000;

/**
 * Runs a program to its end.
 * @returns What it printed to standard output.
 * @throws EngineError with the last line that it printed if it fails or is not there; AbortedError once aborted.
 */
export function runTool(call: ToolCall): Promise<string> {
  const { command, doing, signal } = call;
  return new Promise((resolve, reject) => {
    const child = spawn(command, call.arguments, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: call.environment ?? process.env,
      signal,
    });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-1_000_000)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-keptCharacters)));
    child.on('error', (cause) => {
      if (signal?.aborted) reject(new AbortedError(undefined, { cause }));
      else reject(new EngineError(`${doing} failed: cannot run ${command}`, { subject: command, cause }));
    });
    child.on('close', (code, killedBy) => {
      if (code === 0) return resolve(output);
      const ending = code === null ? `was ended by ${String(killedBy)}` : `ended with ${code}`;
      const detail = mostTelling(errors || output);
      const cause = new Error(`${command} ${call.arguments.join(' ')}\n${errors}`);
      reject(
        new EngineError(`${doing} failed: ${command} ${ending}${detail === '' ? '' : `: ${detail}`}`, {
          subject: command,
          cause,
        }),
      );
    });
  });
}

/** The first line that speaks of an error, else the last one. */
function mostTelling(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.find((line) => /\berror\b/i.test(line)) ?? lines.at(-1) ?? '';
}

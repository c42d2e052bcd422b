import { EngineError } from '@graft-ml/core';
import { runTool } from './run-tool.js';

/** Programs that building the binding takes. */
export interface BuildTools {
  readonly python: string;
  readonly compiler: string;
}

interface FindOptions {
  /** Asked for by name: no other is tried. */
  readonly python?: string | undefined;
  /** Whether the wheel is to be downloaded. */
  readonly needsPip: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds Python with pip, and a C++ compiler, before anything is downloaded.
 * @throws EngineError that says what is missing and how to get it.
 */
export async function findBuildTools(options: FindOptions): Promise<BuildTools> {
  const { signal } = options;
  const python = await firstThatRuns(
    options.python === undefined ? ['python3', 'python'] : [options.python],
    ['-c', 'import sys; assert sys.version_info >= (3, 9)'],
    signal,
  );
  if (python === undefined) {
    throw new EngineError(
      `${options.python ?? 'python3'} cannot run, or is older than 3.9; install Python ` +
        '(Debian, Ubuntu: apt-get install python3 python3-pip), or name it with --python',
      { subject: 'python' },
    );
  }
  if (options.needsPip && (await firstThatRuns([python], ['-m', 'pip', '--version'], signal)) === undefined) {
    throw new EngineError(
      `${python} has no pip, which downloads TensorFlow; install it (Debian, Ubuntu: apt-get install python3-pip), ` +
        'or give a wheel that lies here with --wheel',
      { subject: 'pip' },
    );
  }
  const named = process.env['CXX'];
  const compiler = await firstThatRuns(named ? [named] : ['c++', 'g++', 'clang++'], ['--version'], signal);
  if (compiler === undefined) {
    throw new EngineError(
      `there is no C++ compiler${named ? ` ${named}` : ''}; install one ` +
        '(Debian, Ubuntu: apt-get install g++; macOS: xcode-select --install), or name it in CXX',
      { subject: 'c++' },
    );
  }
  return { python, compiler };
}

async function firstThatRuns(
  commands: readonly string[],
  check: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  for (const command of commands) {
    try {
      await runTool({ command, arguments: check, signal, doing: `trying ${command}` });
      return command;
    } catch (error) {
      if (signal?.aborted) throw error;
    }
  }
  return undefined;
}

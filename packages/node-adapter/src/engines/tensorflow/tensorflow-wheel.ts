import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { EngineError } from '@graft-ml/core';
import { runTool } from './run-tool.js';

/** What is done with a wheel, and by what. */
export interface WheelOptions {
  readonly python: string;
  /** Where files are put. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Downloads the current TensorFlow for this machine with pip, which checks it against the index's hash.
 * @returns The wheel's path.
 */
export async function downloadWheel(options: WheelOptions & { readonly cuda: boolean }): Promise<string> {
  const { python, folder, cuda, signal } = options;
  // Only on Linux with x64 processors is there a smaller one without CUDA.
  const small = !cuda && process.platform === 'linux' && process.arch === 'x64';
  const name = small ? 'tensorflow-cpu' : 'tensorflow';
  await runTool({
    command: python,
    arguments: ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-input', '--dest', folder, name],
    signal,
    doing: `downloading ${name} with pip`,
  });
  const wheel = (await readdir(folder)).find((file) => file.endsWith('.whl'));
  if (wheel === undefined) throw new EngineError(`pip gave no wheel of ${name}`, { subject: name });
  return join(folder, wheel);
}

/** TensorFlow's version, as the wheel's name has it. @throws EngineError for a file of another name. */
export function wheelVersion(wheel: string): string {
  const version = /^tensorflow(?:_cpu|_gpu|_macos|_cpu_aws|_intel)?-([0-9][0-9A-Za-z.]*)-[^/]+\.whl$/.exec(
    basename(wheel),
  )?.[1];
  if (version === undefined) {
    throw new EngineError(
      `${wheel} is no wheel of TensorFlow; expected a name such as tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl`,
      { subject: wheel },
    );
  }
  return version;
}

/** Takes out two libraries and the headers of the C interface; of a file's path only what it should be is used. */
const unpackScript = String.raw`
import os, re, shutil, sys, zipfile
wheel, folder = sys.argv[1:]
library = re.compile(r'tensorflow/(lib(?:tensorflow_cc|tensorflow_framework)\.(?:so\.2|2\.dylib))')
header = re.compile(r'tensorflow/include/((?:tensorflow/c|tensorflow/core/platform|tsl|xla/tsl|tensorflow/tsl)/[\w/-]+\.h)')
found = 0
with zipfile.ZipFile(wheel) as archive:
    for entry in archive.infolist():
        match = library.fullmatch(entry.filename)
        if match: target = os.path.join(folder, 'lib', match[1]); found += 1
        else:
            match = header.fullmatch(entry.filename)
            if not match: continue
            target = os.path.join(folder, 'include', match[1])
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with archive.open(entry) as source, open(target, 'wb') as sink: shutil.copyfileobj(source, sink, 1 << 20)
if found != 2: sys.exit(f'error: the wheel holds {found} of the 2 libraries libtensorflow_cc and libtensorflow_framework; TensorFlow 2.13 or newer has them')
`;

/** Unpacks libraries into `lib` and headers into `include`. @throws EngineError if the wheel is damaged or of another kind. */
export async function unpackWheel(wheel: string, { python, folder, signal }: WheelOptions): Promise<void> {
  await runTool({
    command: python,
    arguments: ['-c', unpackScript, wheel, folder],
    signal,
    doing: `unpacking ${basename(wheel)}`,
  });
}

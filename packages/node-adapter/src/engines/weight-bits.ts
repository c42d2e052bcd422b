import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Where the processor is told of; replaced in tests. */
export interface ProcessorSources {
  readonly platform?: NodeJS.Platform;
  readonly architecture?: NodeJS.Architecture;
  /** A file's text. Rejects if it cannot be read. */
  readonly read?: (path: string) => Promise<string>;
  /** The value of a macOS system setting. Rejects if there is none. */
  readonly setting?: (name: string) => Promise<string>;
}

/**
 * Bits of an int8 weight that this processor multiplies without overflow.
 *
 * x86 without VNNI multiplies uint8 by int8 with `vpmaddubsw`, which adds two products in 16 bits and cuts off what does not
 * fit: with 8-bit weights results are wrong, with 7-bit weights they cannot overflow. ARM64 widens first, and has no such limit.
 * Where the processor cannot be asked, it is taken to have no VNNI: 7 bits are right everywhere.
 */
export async function weightBits(sources: ProcessorSources = {}): Promise<7 | 8> {
  const { platform = process.platform, architecture = process.arch } = sources;
  if (architecture === 'arm64') return 8;
  const { read = (path) => readFile(path, 'utf8'), setting = readSetting } = sources;
  try {
    if (platform === 'linux') return hasVnni(await read('/proc/cpuinfo')) ? 8 : 7;
    if (platform === 'darwin') return (await setting('hw.optional.avx512vnni')).trim() === '1' ? 8 : 7;
  } catch {
    // Unknown: as without.
  }
  return 7;
}

function hasVnni(cpuinfo: string): boolean {
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]?.split(/\s+/) ?? [];
  return flags.includes('avx512_vnni') || flags.includes('avx_vnni');
}

async function readSetting(name: string): Promise<string> {
  const { stdout } = await promisify(execFile)('sysctl', ['-n', name]);
  return stdout;
}

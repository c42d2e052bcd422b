import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const PATTERN = /^generation-(\d+)$/;
const DAMAGED = '.damaged-';

/** Numbers of the generations in a cache's folder, the eldest first; none if there is no such folder. */
export function listGenerations(folder: string): number[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => PATTERN.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** Where a generation lies. */
export function generationFolder(folder: string, number: number): string {
  return join(folder, `generation-${number}`);
}

/** Folders of damaged generations that were moved aside. */
export function listDamaged(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.includes(DAMAGED))
    .map((name) => join(folder, name));
}

/**
 * Renames a generation's folder, so that it is looked at no more.
 * @returns The new path; undefined if the folder is not there, because another process was faster.
 */
export function moveAside(folder: string): string | undefined {
  for (let number = 1; ; number += 1) {
    const aside = `${folder}${DAMAGED}${number}`;
    if (existsSync(aside)) continue;
    try {
      renameSync(folder, aside);
      return aside;
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT') return undefined;
      // Another process took the name since.
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw cause;
    }
  }
}

/** Deletes a generation. Where another process has it open on a system that forbids this, it stays until the next time. */
export function removeGeneration(folder: string, number: number): void {
  try {
    rmSync(generationFolder(folder, number), { recursive: true, force: true });
  } catch {
    // The next one to make room tries again.
  }
}

import { groupNames, type GroupBy } from '../dataset/group-by.js';
import type { Sample } from '../dataset/dataset.js';

/** The source of each sample, or why none is known. */
export type FoundSources =
  | { readonly sources: readonly string[]; /** What told it, for people. */ readonly by: string }
  | { readonly reason: string };

/** A source holds this many images on average; a patient or a serial number is none. */
const leastImages = 5;

/**
 * Where images come from: what the caller says; else groups, if they are large; else the folders below or above the classes;
 * else the beginnings of file names, if classes share some.
 */
export function findSources(samples: readonly Sample[], sourceBy: GroupBy | undefined): FoundSources {
  if (sourceBy !== undefined) {
    const sources = groupNames(samples, sourceBy).map((name) => (name.startsWith('\0') ? '(unknown)' : name));
    return new Set(sources).size > 1
      ? { sources, by: 'the given rule' }
      : { reason: 'the given rule finds one source' };
  }
  const candidates: readonly { readonly by: string; readonly sourceOf: (sample: Sample) => string | undefined }[] = [
    { by: 'group', sourceOf: ({ group }) => group },
    { by: 'folder', sourceOf: folderOf },
    { by: 'the beginnings of file names', sourceOf: nameBeginning },
  ];
  for (const { by, sourceOf } of candidates) {
    const sources = samples.map((sample) => sourceOf(sample) ?? '(none)');
    const count = new Set(sources).size;
    if (count < 2 || samples.length < leastImages * count) continue;
    if (by !== 'group' && isNaming(samples, { sources, by })) continue;
    return { sources, by };
  }
  return { reason: 'neither groups, folders nor file names tell where images come from; --source-by names a rule' };
}

/** The uppermost folder besides the class's own. */
function folderOf({ id, label }: Sample): string | undefined {
  const folders = id.split('/').slice(0, -1);
  const own = folders.indexOf(label);
  return folders.filter((_, place) => place !== own).at(0);
}

/** What stands in front of the first digit. */
function nameBeginning({ id }: Sample): string | undefined {
  const name = id.slice(id.lastIndexOf('/') + 1);
  const beginning = /^[^\d.]*/
    .exec(name)?.[0]
    .replace(/[\s_-]+$/, '')
    .toLowerCase();
  return beginning === '' ? undefined : beginning;
}

/** Whether every class has folders or names of its own, which may be no more than another way to write the class. */
function isNaming(
  samples: readonly Sample[],
  { sources, by }: { readonly sources: readonly string[]; readonly by: string },
): boolean {
  const classesOf = new Map<string, Set<string>>();
  for (const [place, { label }] of samples.entries()) {
    const source = sources[place]!;
    classesOf.set(source, (classesOf.get(source) ?? new Set()).add(label));
  }
  return [...classesOf].every(([source, classes]) => {
    const [label = ''] = classes;
    return classes.size === 1 && (by !== 'folder' || source.toLowerCase().includes(label.toLowerCase()));
  });
}

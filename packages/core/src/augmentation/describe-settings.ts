/** What an augmentation was made with, in the order in which it is told. */
export type Settings = Readonly<Record<string, number | string | boolean | readonly number[] | undefined>>;

/** A name and settings as text, e.g. `rotation(degrees=15,fillMode=nearest,cval=0)`; equal text, equal settings. */
export function describeSettings(name: string, settings: Settings): string {
  const told = Object.entries(settings).map(([key, value]) => {
    return `${key}=${Array.isArray(value) ? value.join('..') : String(value)}`;
  });
  return `${name}(${told.join(',')})`;
}

import { createRequire } from 'node:module';

/** The family in which charts are drawn. It ships with this package, so that a machine without fonts draws them as well. */
export const chartFontFamily = 'Arimo';

/** What the shipped font draws: Latin, Greek, Cyrillic and Hebrew, with the signs among them. */
const covered = /^[\s\u0020-\u052f\u0591-\u05f4\u1e00-\u1fff\u2000-\u206f\u2070-\u22ff]*$/;

/** Font files for drawing `text`, and whether the machine's own fonts are needed besides, for other scripts. */
export function chartFonts(text: string): { fontFiles: string[]; loadSystemFonts: boolean } {
  const { resolve } = createRequire(import.meta.url);
  const fontFiles = ['400Regular/Arimo_400Regular.ttf', '700Bold/Arimo_700Bold.ttf'].map((file) =>
    resolve(`@expo-google-fonts/arimo/${file}`),
  );
  return { fontFiles, loadSystemFonts: !covered.test(text) };
}

import { Command } from 'commander';
import { sharedOptions } from '../shared-options.js';
import { formatMegabytes } from '../terminal/format-megabytes.js';
import { examples } from '../help/examples.js';

interface CacheFlags {
  readonly json?: boolean;
}

/** `graft cache …` */
export function cacheCommand(): Command {
  return new Command('cache')
    .description('Look at the cache of features, or empty it.')
    .addHelpText(
      'after',
      `
Features of images that have run through a frozen network are kept, so that no
image runs twice.
  GRAFT_CACHE          another cache folder
  GRAFT_CACHE_LIMIT    how much it may take on disk, such as 500MB; 10GB by default
  GRAFT_CACHE_DTYPE    float16 keeps features in half the space; float32 by default`,
    )
    .addCommand(infoCommand())
    .addCommand(clearCommand());
}

function infoCommand(): Command {
  return new Command('info')
    .description('Say where the features lie, how many there are, and what they take.')
    .addOption(sharedOptions.json())
    .addHelpText('after', examples('graft cache info'))
    .action(async ({ json }: CacheFlags) => {
      const { cacheFolder } = await import('../../cache/cache-folder.js');
      const { cacheSettings } = await import('../../cache/cache-settings.js');
      const { cacheInfo } = await import('../../cache/manage-cache.js');
      const { printJson, printLine } = await import('../print-result.js');
      const { limitBytes, dtype } = cacheSettings();
      const info = { ...(await cacheInfo(cacheFolder(), limitBytes)), dtype };
      if (json === true) {
        printJson(info);
        return;
      }
      printLine(info.folder);
      printLine(
        `${info.entries} features, ${formatMegabytes(info.bytes)} of at most ${formatMegabytes(limitBytes)}, as ${dtype}`,
      );
      for (const folder of info.damaged) printLine(`damaged, can be deleted: ${folder}`);
    });
}

function clearCommand(): Command {
  return new Command('clear')
    .description('Delete features and compiled graphs; weights that were fetched stay.')
    .addOption(sharedOptions.json())
    .addHelpText('after', examples('graft cache clear'))
    .action(async ({ json }: CacheFlags) => {
      const { cacheFolder, featureFolder } = await import('../../cache/cache-folder.js');
      const { clearCache } = await import('../../cache/manage-cache.js');
      const { printJson, printLine } = await import('../print-result.js');
      const folder = featureFolder(cacheFolder());
      const bytes = await clearCache(cacheFolder());
      if (json === true) printJson({ folder, bytes });
      else printLine(`freed ${formatMegabytes(bytes)} in ${folder}`);
    });
}

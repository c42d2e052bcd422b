import { Command } from 'commander';
import { sharedOptions } from '../shared-options.js';
import { examples } from '../help/examples.js';

/** `graft weights …` */
export function weightsCommand(): Command {
  return new Command('weights')
    .description('Fetch the official ImageNet weights ahead, and say where they lie.')
    .addHelpText(
      'after',
      `
Weights come from where Keras keeps them, are checked against the published hash,
and are kept in the cache folder.
  GRAFT_CACHE            another cache folder
  GRAFT_WEIGHTS_MIRROR   another address, with the same files below it
  GRAFT_OFFLINE=1        fetch nothing
  HTTPS_PROXY, NO_PROXY  as everywhere`,
    )
    .addCommand(fetchCommand())
    .addCommand(pathCommand());
}

function fetchCommand(): Command {
  return new Command('fetch')
    .description('Fetch the weights of networks that are not on this machine; prints where they lie.')
    .argument('<names...>', 'networks; see graft backbones')
    .addOption(sharedOptions.json())
    .addHelpText('after', examples('graft weights fetch vgg16 resnet50'))
    .action(async (names: string[], { json }: { readonly json?: boolean }) => {
      await requireNetworks(names);
      const { fetchPublishedWeights } = await import('../../weights/fetch-published-weights.js');
      const { runInterruptibly } = await import('../run-interruptibly.js');
      const { printJson, printLine } = await import('../print-result.js');
      const fetched: { name: string; path: string }[] = [];
      await runInterruptibly(async ({ printer, signal }) => {
        for (const name of names) {
          const path =
            (await embeddedPath(name)) ??
            (await fetchPublishedWeights(name, { signal, onProgress: printer.listener, onWarning: printer.note }));
          fetched.push({ name, path });
          if (json !== true) printLine(path);
        }
      });
      if (json === true) printJson(fetched);
    });
}

function pathCommand(): Command {
  return new Command('path')
    .description('Print where the weights of a network lie; fails if they are not on this machine.')
    .argument('<name>', 'network; see graft backbones')
    .addOption(sharedOptions.json())
    .addHelpText('after', examples('graft weights path vgg16'))
    .action(async (name: string, { json }: { readonly json?: boolean }) => {
      await requireNetworks([name]);
      const { WeightsError } = await import('@graft-ml/core');
      const { locatePublishedWeights } = await import('../../weights/fetch-published-weights.js');
      const { runInterruptibly } = await import('../run-interruptibly.js');
      const { printJson, printLine } = await import('../print-result.js');
      const path = await runInterruptibly(
        async ({ printer, signal }) =>
          (await embeddedPath(name)) ?? (await locatePublishedWeights(name, { signal, onWarning: printer.note })),
      );
      if (path === undefined) {
        throw new WeightsError(
          `the ImageNet weights of ${name} are not on this machine; run graft weights fetch ${name}`,
          { subject: name },
        );
      }
      if (json === true) printJson({ name, path });
      else printLine(path);
    });
}

/** Where a data package keeps the weights; undefined for what is published elsewhere. */
async function embeddedPath(name: string): Promise<string | undefined> {
  const { findPublishedWeights } = await import('@graft-ml/core/published-weights');
  if (findPublishedWeights(name)?.embeddedIn === undefined) return undefined;
  const { locateEmbeddedWeights } = await import('../../weights/embedded-weights.js');
  return locateEmbeddedWeights(name);
}

/** @throws RangeError for a name that no network has, before anything is fetched. */
async function requireNetworks(names: readonly string[]): Promise<void> {
  const { findPublishedWeights, listPublishedWeights } = await import('@graft-ml/core/published-weights');
  const unknown = names.find((name) => findPublishedWeights(name) === undefined);
  if (unknown === undefined) return;
  const known = listPublishedWeights().map(({ name }) => name);
  throw new RangeError(`there is no backbone ${JSON.stringify(unknown)}; choose one of ${known.join(', ')}`);
}

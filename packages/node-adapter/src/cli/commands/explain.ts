import { Command, Option } from 'commander';
import type { ExplanationMethod, SkippedImage } from '@graft-ml/core';
import { parseCount, parseUnitShare } from '../option-parsers.js';
import { sharedOptions } from '../shared-options.js';
import type { ExplainImagesOptions } from '../../jobs/explain-images.js';
import { examples } from '../help/examples.js';

interface ExplainFlags extends Pick<
  ExplainImagesOptions,
  'alpha' | 'colormap' | 'fill' | 'layer' | 'legend' | 'out' | 'patchSize' | 'sanityCheck' | 'stride' | 'width'
> {
  readonly class?: string;
  readonly method: keyof typeof methods;
  readonly sideBySide?: boolean;
  readonly weights?: string;
  readonly engine: string;
  readonly json?: boolean;
}

const methods = {
  gradcam: 'gradCam',
  'gradcam++': 'gradCamPlusPlus',
  occlusion: 'occlusion',
} as const satisfies Readonly<Record<string, ExplanationMethod>>;

/** `graft explain` */
export function explainCommand(): Command {
  return new Command('explain')
    .description('Show where in images a saved model found what speaks for a class.')
    .argument('<model>', 'folder of a saved model')
    .argument('<inputs...>', 'images, folders of images, and patterns')
    .option('--class <name>', 'the class to explain; by default the one that the model predicts')
    .addOption(
      new Option('--method <name>', 'gradients of the class score, or covering one part of the image after another')
        .choices(Object.keys(methods))
        .default('gradcam'),
    )
    .option('--layer <name>', 'layer or block of the backbone to look at; by default its last feature map')
    .option('--out <folder>', 'where the pictures go: <name>.png for each image', 'explanations')
    .option('--alpha <share>', 'how much of the image the hottest place hides, from 0 to 1', parseUnitShare, 0.6)
    .addOption(new Option('--colormap <name>', 'colours of the map').choices(['heat', 'sea', 'grey']).default('heat'))
    .option('--width <pixels>', 'width of the image in the picture', parseCount)
    .option('--side-by-side', 'draw the image as it is to the left of the map')
    .option('--no-legend', 'leave out the strip with class, score and colours')
    .option('--patch-size <pixels>', 'occlusion: what is covered, in pixels of what the network sees', parseCount)
    .option('--stride <pixels>', 'occlusion: from one covered part to the next', parseCount)
    .addOption(new Option('--fill <kind>', 'occlusion: what covers').choices(['mean', 'grey', 'blur']))
    .option('--sanity-check', "also find out whether the maps change when the head's weights are random")
    .addOption(sharedOptions.modelWeights())
    .addOption(sharedOptions.engine())
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      examples(
        'graft explain models/mine photo.jpg --out maps',
        'graft explain models/mine photos --method occlusion --class covid',
      ),
    )
    .action(async (folder: string, inputs: string[], flags: ExplainFlags) => {
      const { listImages } = await import('../../datasets/list-images.js');
      const { explainImages } = await import('../../jobs/explain-images.js');
      const { explanationDocument, noteExplanation, printExplanations } = await import('../print-explanation.js');
      const { noteSkipped, printJson } = await import('../print-result.js');
      const { runWithModel } = await import('../run-with-model.js');
      const leftOut: SkippedImage[] = [];
      const images = await listImages(inputs, { onSkipped: (file) => void leftOut.push(file) });
      await runWithModel(folder, flags, async ({ model, options, printer }) => {
        const { class: className, method: name, sideBySide, ...settings } = flags;
        const method = methods[name];
        const explained = await explainImages(model, images, {
          ...settings,
          ...options,
          className,
          method,
          layout: sideBySide === true ? 'sideBySide' : 'overlay',
          onProgress: images.length > 1 || method === 'occlusion' ? options.onProgress : undefined,
        });
        const result = { ...explained, skipped: [...leftOut, ...explained.skipped] };
        noteSkipped(result.skipped, printer.note);
        noteExplanation(model, method, printer.note);
        if (flags.json === true) printJson(explanationDocument(result, { model, method }));
        else printExplanations(result);
      });
    });
}

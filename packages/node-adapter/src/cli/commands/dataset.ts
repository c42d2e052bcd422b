import { Command, Option } from 'commander';
import { addDatasetOptions, DATASET_ARGUMENT, datasetOptions, type DatasetFlags } from '../dataset-options.js';
import { parseCount } from '../option-parsers.js';
import { sharedOptions } from '../shared-options.js';
import { examples } from '../help/examples.js';

/** `graft dataset …` */
export function datasetCommand(): Command {
  return new Command('dataset')
    .description('Make data sets and look at them: the notebook’s scripts, montages, checks, the synthetic demo set.')
    .addCommand(checkCommand())
    .addCommand(collageCommand())
    .addCommand(covidCommand())
    .addCommand(sampleCommand())
    .addCommand(demoCommand());
}

interface CheckFlags extends DatasetFlags {
  readonly failOn: 'never' | 'problem' | 'warning';
  readonly json?: boolean;
}

function checkCommand(): Command {
  const command = new Command('check')
    .description(
      'Look at every image: what cannot be read, what is there twice, what looks alike, what gives classes away.',
    )
    .argument('<dataset>', DATASET_ARGUMENT)
    .addOption(
      new Option('--fail-on <kind>', 'exit with 1 if there is such a finding')
        .choices(['never', 'problem', 'warning'])
        .default('never'),
    );
  return addDatasetOptions(command)
    .addOption(sharedOptions.json())
    .addHelpText('after', examples('graft dataset check photos --fail-on problem'))
    .action(async (location: string, flags: CheckFlags) => {
      const { checkDataset } = await import('../../datasets/check/check-dataset.js');
      const { formatCheck } = await import('../../datasets/check/format-check.js');
      const { datasetFolder } = await import('../../datasets/dataset-folder.js');
      const { openDataset } = await import('../../datasets/open-dataset.js');
      const { sharpImageSource } = await import('../../images/sharp-image-source.js');
      const { printJson, printLine } = await import('../print-result.js');
      const { runInterruptibly } = await import('../run-interruptibly.js');
      await runInterruptibly(async ({ printer, signal }) => {
        const dataset = await openDataset(location, { ...datasetOptions(flags), signal });
        const context = { images: sharpImageSource(), signal, onProgress: printer.listener };
        const check = await checkDataset(dataset, context);
        if (flags.json === true) printJson(check);
        else printLine(formatCheck(check, await datasetFolder(location, flags.root)));
        const findings = { never: 0, problem: check.problems, warning: check.problems + check.warnings };
        if (findings[flags.failOn] > 0) process.exitCode = 1;
      });
    });
}

interface CollageFlags extends DatasetFlags {
  readonly out: string;
  readonly count: number;
  readonly tileSize: number;
  readonly json?: boolean;
}

function collageCommand(): Command {
  const command = new Command('collage')
    .description('Draw a montage of each class as PNG, to look at the data.')
    .argument('<dataset>', DATASET_ARGUMENT)
    .requiredOption('--out <folder>', 'folder to write to')
    .option('--count <number>', 'the most images of each class', parseCount, 100)
    .option('--tile-size <pixels>', 'height and width of each picture', parseCount, 128);
  return addDatasetOptions(command)
    .addOption(sharedOptions.json())
    .addHelpText('after', examples('graft dataset collage photos --out collages'))
    .action(async (location: string, { json, out, count, tileSize, ...flags }: CollageFlags) => {
      const { openDataset } = await import('../../datasets/open-dataset.js');
      const { writeCollages } = await import('../../datasets/write-collages.js');
      const { sharpImageSource } = await import('../../images/sharp-image-source.js');
      const { noteSkipped, printJson, printLine } = await import('../print-result.js');
      const { runInterruptibly } = await import('../run-interruptibly.js');
      await runInterruptibly(async ({ printer, signal }) => {
        const dataset = await openDataset(location, { ...datasetOptions(flags), signal });
        const { collages, skipped } = await writeCollages(dataset, {
          out,
          count,
          tileSize,
          images: sharpImageSource(),
          signal,
        });
        noteSkipped(skipped, printer.note);
        if (json === true) printJson({ collages, skipped });
        else for (const { file, images } of collages) printLine(`${file}  ${images} images`);
      });
    });
}

function covidCommand(): Command {
  return new Command('covid')
    .description('Copy the COVID-19 images of one view out of a clone that has a metadata.csv.')
    .argument('<clone>', 'folder with metadata.csv and images/')
    .argument('<out>', 'folder that the images are copied to')
    .option('--finding <text>', 'rows to keep: the finding column', 'COVID-19')
    .option('--view <text>', 'rows to keep: the view column', 'PA')
    .option('--manifest <file>', 'also write the copies with their patients as CSV: path, label, group')
    .addOption(sharedOptions.json())
    .addHelpText('after', examples('graft dataset covid covid-chestxray-dataset dataset/covid --manifest rows.csv'))
    .action(async (clone: string, out: string, flags: CovidFlags) => {
      const { buildCovidDataset } = await import('../../datasets/build-covid-dataset.js');
      const { printJson, printLine } = await import('../print-result.js');
      const result = await buildCovidDataset({
        clone,
        out,
        finding: flags.finding,
        view: flags.view,
        manifest: flags.manifest,
      });
      if (flags.json === true) return printJson(result);
      printLine(`copied ${result.copied.length} images to ${out}; ${result.missing.length} files were missing`);
    });
}

interface CovidFlags {
  readonly finding: string;
  readonly view: string;
  readonly manifest?: string;
  readonly json?: boolean;
}

function sampleCommand(): Command {
  return new Command('sample')
    .description('Copy a random sample of a folder of images.')
    .argument('<folder>', 'folder of images')
    .argument('<out>', 'folder that the images are copied to')
    .requiredOption('--count <number>', 'how many', parseCount)
    .requiredOption('--label <name>', 'the class, used in the copies’ names')
    .addOption(sharedOptions.seed())
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      examples('graft dataset sample chest_xray/train/NORMAL dataset/normal --count 102 --label normal'),
    )
    .action(
      async (directory: string, out: string, flags: { count: number; label: string; seed: number; json?: boolean }) => {
        const { sampleImages } = await import('../../datasets/sample-images.js');
        const { printJson, printLine } = await import('../print-result.js');
        const { json, ...settings } = flags;
        const result = await sampleImages({ directory, out, ...settings });
        if (json === true) return printJson(result);
        printLine(`copied ${result.copied.length} images to ${out}`);
      },
    );
}

function demoCommand(): Command {
  return new Command('demo')
    .description('Write the synthetic chest images that the demo trains on: three classes, drawn, no real person.')
    .argument('<out>', 'folder to write to')
    .option('--count <number>', 'images for each class', parseCount, 102)
    .addOption(sharedOptions.seed())
    .addOption(sharedOptions.json())
    .addHelpText('after', examples('graft dataset demo synthetic --count 50'))
    .action(async (out: string, flags: { count: number; seed: number; json?: boolean }) => {
      const { writeDemoDataset } = await import('../../datasets/write-demo-dataset.js');
      const { printJson, printLine } = await import('../print-result.js');
      const result = await writeDemoDataset(out, { count: flags.count, seed: flags.seed });
      if (flags.json === true) return printJson(result);
      printLine(`wrote ${flags.count} images for each class to ${out}`);
    });
}

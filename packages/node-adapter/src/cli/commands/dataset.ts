import { Command } from 'commander';
import { parseCount } from '../option-parsers.js';
import { sharedOptions } from '../shared-options.js';

/** `graft dataset …` */
export function datasetCommand(): Command {
  return new Command('dataset')
    .description('Make data sets: the notebook’s scripts, and the synthetic demo set.')
    .addCommand(covidCommand())
    .addCommand(sampleCommand())
    .addCommand(demoCommand());
}

function covidCommand(): Command {
  return new Command('covid')
    .description('Copy the COVID-19 images of one view out of a clone that has a metadata.csv.')
    .argument('<clone>', 'folder with metadata.csv and images/')
    .argument('<out>', 'folder that the images are copied to')
    .option('--finding <text>', 'rows to keep: the finding column', 'COVID-19')
    .option('--view <text>', 'rows to keep: the view column', 'PA')
    .addOption(sharedOptions.json())
    .action(async (clone: string, out: string, flags: { finding: string; view: string; json?: boolean }) => {
      const { buildCovidDataset } = await import('../../datasets/build-covid-dataset.js');
      const { printJson, printLine } = await import('../print-result.js');
      const result = await buildCovidDataset({ clone, out, finding: flags.finding, view: flags.view });
      if (flags.json === true) return printJson(result);
      printLine(`copied ${result.copied.length} images to ${out}; ${result.missing.length} files were missing`);
    });
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
    .action(async (out: string, flags: { count: number; seed: number; json?: boolean }) => {
      const { writeDemoDataset } = await import('../../datasets/write-demo-dataset.js');
      const { printJson, printLine } = await import('../print-result.js');
      const result = await writeDemoDataset(out, { count: flags.count, seed: flags.seed });
      if (flags.json === true) return printJson(result);
      printLine(`wrote ${flags.count} images for each class to ${out}`);
    });
}

import { Command } from 'commander';
import { sharedOptions } from '../shared-options.js';
import { examples } from '../help/examples.js';

/** `graft engines …` */
export function enginesCommand(): Command {
  return new Command('engines')
    .description('List the engines, and install or remove the one that has to be built.')
    .addCommand(listCommand())
    .addCommand(installCommand())
    .addCommand(removeCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('List the engines: which can run here, and what the others need. graft doctor also measures them.')
    .addOption(sharedOptions.json())
    .addHelpText('after', examples('graft engines list'))
    .action(async ({ json }: { readonly json?: boolean }) => {
      const { printJson, printLine } = await import('../print-result.js');
      const { checkEngines } = await import('../../doctor/check-engines.js');
      const { engineLines } = await import('../print-engines.js');
      const engines = await checkEngines();
      if (json === true) return printJson({ engines });
      for (const line of engineLines(engines, process.stdout.columns)) printLine(line);
    });
}

function installCommand(): Command {
  return new Command('install')
    .description('Build tfjs-node against the current TensorFlow, into the cache folder.')
    .addArgument(engineArgument())
    .option('--cuda', 'take the TensorFlow with CUDA, for NVIDIA GPUs')
    .option('--wheel <FILE>', 'a wheel of TensorFlow that lies here already')
    .option('--python <PYTHON>', 'the Python whose pip downloads the wheel; python3 by default')
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      `
Takes python3 with pip, npm and a C++ compiler; the wheel comes from where pip is
told to look. Only the engine tfjs-node and fine-tuning gain by it: without it
they run on WebAssembly.`,
    )
    .addHelpText('after', examples('graft engines install tensorflow'))
    .action(async (_engine: string, options: InstallFlags) => {
      const { installTensorflow } = await import('../../engines/tensorflow/install-tensorflow.js');
      const { tensorflowFolder } = await import('../../engines/tensorflow/tensorflow-folder.js');
      const { runInterruptibly } = await import('../run-interruptibly.js');
      const { printJson, printLine } = await import('../print-result.js');
      const manifest = await runInterruptibly(({ printer, signal }) =>
        installTensorflow({ ...options, signal, onStep: printer.note }),
      );
      const folder = tensorflowFolder();
      if (options.json === true) return printJson({ ...manifest, folder });
      printLine(`TensorFlow ${manifest.tensorflow} is installed in ${folder}; use it with --engine tfjs-node`);
    });
}

interface InstallFlags {
  readonly cuda?: boolean;
  readonly wheel?: string;
  readonly python?: string;
  readonly json?: boolean;
}

function removeCommand(): Command {
  return new Command('remove')
    .description('Remove what graft engines install has built.')
    .addArgument(engineArgument())
    .addOption(sharedOptions.json())
    .addHelpText('after', examples('graft engines remove tensorflow'))
    .action(async (_engine: string, { json }: { readonly json?: boolean }) => {
      const { removeTensorflow } = await import('../../engines/tensorflow/install-tensorflow.js');
      const { printJson, printLine } = await import('../print-result.js');
      const removed = await removeTensorflow();
      if (json === true) printJson({ removed });
      else printLine(removed ? 'TensorFlow is removed' : 'TensorFlow was not installed');
    });
}

const engineArgument = () => new Command().createArgument('<engine>', 'what to build').choices(['tensorflow']);

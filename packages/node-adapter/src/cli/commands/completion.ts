import { Argument, Command } from 'commander';
import { examples } from '../help/examples.js';

const shells = ['bash', 'zsh', 'fish'] as const;

/** `graft completion` @param program - The whole command, whose definitions are completed. */
export function completionCommand(program: Command): Command {
  return new Command('completion')
    .description('Print a script that lets the shell complete commands, options and their values.')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .addHelpText(
      'after',
      `
The script starts nothing and fetches nothing: all it knows stands in it. Make
it anew after an update. Put the line for your shell where it reads settings:
  bash   ~/.bashrc
  zsh    ~/.zshrc, after compinit
  fish   ~/.config/fish/config.fish`,
    )
    .addHelpText(
      'after',
      examples('eval "$(graft completion bash)"', 'eval "$(graft completion zsh)"', 'graft completion fish | source'),
    )
    .action(async (shell: (typeof shells)[number]) => {
      const { completionTree } = await import('../completion/completion-tree.js');
      const { knownValues } = await import('../completion/known-values.js');
      const tree = completionTree(program, knownValues());
      process.stdout.write(await scriptOf[shell](tree));
    });
}

type Tree = ReturnType<typeof import('../completion/completion-tree.js').completionTree>;

const scriptOf: Readonly<Record<(typeof shells)[number], (tree: Tree) => Promise<string>>> = {
  bash: async (tree) => (await import('../completion/bash-completion.js')).bashCompletion(tree),
  zsh: async (tree) => (await import('../completion/zsh-completion.js')).zshCompletion(tree),
  fish: async (tree) => (await import('../completion/fish-completion.js')).fishCompletion(tree),
};

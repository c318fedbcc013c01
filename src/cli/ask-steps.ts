import type { CliContext } from './command.ts';

/** Asks before each task whether it is to run: yes, no (the default), or yes to all that follow. */
export function askingSteps({ ask }: Pick<CliContext, 'ask'>): (task: string) => Promise<boolean> {
  let isAsked = true;
  return async (task) => {
    if (!isAsked) return true;
    const answer = (await ask(`Run the task "${task}"? (N)o/(y)es/(c)ontinue with all: `))
      ?.trim()
      .toLowerCase();
    if (answer === 'c' || answer === 'continue') isAsked = false;
    return ['y', 'yes', 'c', 'continue'].includes(answer ?? '');
  };
}

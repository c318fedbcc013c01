import { shJoin } from '../text/sh-quote.ts';

/**
 * The command that goes on with a run. What may be a secret is not in what is recorded. Where the
 * run was to start, and that it was to ask, is of the first host only: the next run is to begin with what comes first.
 */
export function goOnWith(argv: readonly string[]): string {
  const again = argv.filter(
    (word, index) =>
      word !== '--step' && !word.startsWith('--start-at-task') && argv[index - 1] !== '--start-at-task',
  );
  const line = shJoin(['pvefleet', ...again]);
  const isWhole = !again.some((word) => /\.{3}(?!\S)/u.test(word));
  return isWhole ? line : `${line}  (the same command; "..." stands for what you gave there)`;
}

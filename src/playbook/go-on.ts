import { shJoin } from '../text/sh-quote.ts';

/** The command that goes on with a run. What may be a secret is not in what is recorded. */
export function goOnWith(argv: readonly string[]): string {
  const line = shJoin(['pvefleet', ...argv]);
  const isWhole = !argv.some((word) => /\.{3}(?!\S)/u.test(word));
  return isWhole ? line : `${line}  (the same command; "..." stands for what you gave there)`;
}

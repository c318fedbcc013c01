import { shJoin } from '../text/sh-quote.ts';

/** The command that goes on with a run. Values of variables, which may be secrets, are not in what is recorded. */
export function goOnWith(argv: readonly string[]): string {
  const line = shJoin(['pvefleet', ...argv]);
  const isWhole = !argv.some((word) => word.endsWith('...'));
  return isWhole ? line : `${line}  (the same command; "..." stands for what you gave there)`;
}

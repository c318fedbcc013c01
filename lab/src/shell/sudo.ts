import type { Ran } from '../machine.ts';
import { failed } from './ran.ts';

/** Runs shell text as root, with the input of the program that asks for it. */
export type AsRoot = (text: string) => Promise<Ran>;

/** `sudo` where the one user that there is may run all as root without a password. Options as in sudo(8); -S is not modelled. */
export async function sudo(argv: readonly string[], asRoot: AsRoot): Promise<Ran> {
  const words = [...argv];
  for (let word = words[0]; word?.startsWith('-') === true; word = words[0]) {
    words.shift();
    if (word === '--') break;
    if (word === '-n' || word === '-H') continue;
    if (word !== '-u') return failed(`sudo: the lab does not simulate ${word}`);
    const user = words.shift() ?? '';
    if (user !== 'root') return failed(`sudo: the lab has root only, no ${user}`);
  }
  if (words.length === 0) return failed('usage: sudo -h | -K | -k | -V');
  return asRoot(words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' '));
}

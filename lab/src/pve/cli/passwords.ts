import { die } from '../failure.ts';

/** Reads each password and its confirmation, a line each, as PVE::PTY::get_confirmed_password does without a terminal. Throws Failure. */
export function readPasswords(input: string, names: readonly string[]): Readonly<Record<string, string>> {
  const lines = input.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const next = (): string => lines.shift() ?? die('EOF while reading password');
  return Object.fromEntries(
    names.map((name) => {
      const password = next();
      if (next() !== password) die('passwords do not match');
      return [name, password];
    }),
  );
}

import { join } from 'node:path';

const ending = '.jsonl';

/** Where hashes of secrets were kept at first (secrets-file.ts now): no journal, though named as one. */
const oldSecrets = `secrets${ending}`;

/** The journal of a run. */
export function runFile(directory: string, run: string): string {
  return join(directory, `${run}${ending}`);
}

/** The run whose journal has this name; undefined for other files. */
export function runOfFile(name: string): string | undefined {
  return name.endsWith(ending) && name !== oldSecrets ? name.slice(0, -ending.length) : undefined;
}

import { join } from 'node:path';

const ending = '.jsonl';

/** The journal of a run. */
export function runFile(directory: string, run: string): string {
  return join(directory, `${run}${ending}`);
}

/** The run whose journal has this name; undefined for other files. */
export function runOfFile(name: string): string | undefined {
  return name.endsWith(ending) ? name.slice(0, -ending.length) : undefined;
}

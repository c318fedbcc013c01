import { readdirSync, statSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';

/** Which files of a directory `include_vars` takes. */
export interface Choice {
  /** So many directories at most, itself the first, in the order of their paths; 0: all. Ansible counts so, too. */
  readonly depth: number;
  /** Found in the names of files. */
  readonly matching: RegExp | undefined;
  /** Such names are left out. */
  readonly ignored: readonly RegExp[];
  readonly extensions: readonly string[];
  readonly ignoresOthers: boolean;
}

/** Where a directory is: of a role below its "vars" unless it says so itself, else beside the file that the task stands in. */
export function placeOfDirectory(name: string, rolePath: unknown, beside: string): string {
  if (typeof rolePath !== 'string') return resolve(beside, name);
  return name.split('/')[0] === 'vars' ? resolve(rolePath, name) : resolve(rolePath, 'vars', name);
}

/** The files in the order in which they are read, the later ones winning; or the end of a sentence why not. */
export function filesOfDirectory(directory: string, choice: Choice): readonly string[] | string {
  const status = statSync(directory, { throwIfNoEntry: false });
  if (status?.isDirectory() !== true) return status === undefined ? 'it is not there' : 'it is no directory';
  const all = directoriesIn(directory).sort();
  const files = all.slice(0, choice.depth === 0 ? undefined : choice.depth).flatMap((at) =>
    filesIn(at)
      .filter((name) => choice.matching?.test(name) !== false)
      .filter((name) => !choice.ignored.some((each) => each.test(name)))
      .map((name) => join(at, name)),
  );
  const isKnown = (file: string): boolean => choice.extensions.includes(extname(file).slice(1));
  const other = files.find((file) => !isKnown(file));
  if (other === undefined || choice.ignoresOthers) return files.filter(isKnown);
  return `${other} does not end with ${choice.extensions.map((end) => `.${end}`).join(', ')}`;
}

/** Itself and those below it; links to directories are not followed. */
function directoriesIn(directory: string): string[] {
  const inside = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [directory, ...inside.flatMap(({ name }) => directoriesIn(join(directory, name)))];
}

/** Links to files are files. */
function filesIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => statSync(join(directory, name), { throwIfNoEntry: false })?.isFile() === true)
    .sort();
}

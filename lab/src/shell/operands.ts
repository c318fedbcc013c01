import { FileError, STRERROR, type Ran } from '../machine.ts';
import type { Call } from './program.ts';
import { failed } from './ran.ts';

/** The words that are no flags. */
export function operands({ argv }: Call): string[] {
  return argv.filter((word) => !word.startsWith('-') || word === '-');
}

/** A path as the program's working directory has it. */
export function absolute({ cwd }: Call, path: string): string {
  return path.startsWith('/') ? path : `${cwd}/${path}`;
}

/** Tells a FileError in the words of the program. */
export function onFiles(name: string, act: () => Ran): Ran {
  try {
    return act();
  } catch (error) {
    if (error instanceof FileError) return failed(`${name}: ${error.path}: ${STRERROR[error.code]}`);
    throw error;
  }
}

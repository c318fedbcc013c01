import { FileError, STRERROR, type Ran } from '../machine.ts';
import { find } from '../files/walk.ts';
import { absolute, operands } from './operands.ts';
import type { Call } from './program.ts';
import { done, failed } from './ran.ts';

/** `touch`: now, or at `-d @SECONDS`; `-c` makes no file. Both times are set, as pmxcfs has only one. */
export function touch(call: Call): Ran {
  const { argv, node } = call;
  const date = argv.find((_word, at) => ['-d', '--date'].includes(argv[at - 1] ?? ''));
  const isKnown = (word: string): boolean =>
    /^(-c|--no-create|-d|--date|--)$/.test(word) || !word.startsWith('-') || word === '-';
  const unknown = argv.find((word) => !isKnown(word));
  if (unknown !== undefined || (date !== undefined && !/^@\d+$/.test(date)))
    return failed(
      `touch: the lab simulates only touch -c and -d @SECONDS, not ${unknown ?? `-d ${date ?? ''}`}`,
    );
  const mtime = date === undefined ? node.machine.clock() : Number(date.slice(1));
  const makes = !argv.some((word) => word === '-c' || word === '--no-create');
  const errors = operands(call)
    .filter((word) => word !== date)
    .flatMap((path) => touchOne(call, path, mtime, makes) ?? []);
  return errors.length === 0 ? done() : failed(errors.join('\n'));
}

/** Gives what is wrong. */
function touchOne(call: Call, path: string, mtime: number, makes: boolean): string | undefined {
  let isThere = false;
  try {
    const { parent, name, entry } = find(call.node.root, absolute(call, path));
    isThere = entry !== undefined;
    if (entry?.kind === 'directory') entry.setTime(mtime);
    else if (entry?.kind === 'file')
      parent?.put(name, { kind: 'file', bytes: entry.content(), size: entry.size, mtime });
    else if (makes) parent?.put(name, { kind: 'file', bytes: Buffer.alloc(0), mtime });
    return undefined;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (!makes && error.code === 'ENOENT') return undefined;
    return isThere
      ? `touch: setting times of '${path}': ${STRERROR[error.code]}`
      : `touch: cannot touch '${path}': ${STRERROR[error.code]}`;
  }
}

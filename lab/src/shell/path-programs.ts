import { posix } from 'node:path';
import { FileError, STRERROR, type Ran } from '../machine.ts';
import { ensureDirectory, find } from '../files/walk.ts';
import { absolute, onFiles, operands } from './operands.ts';
import type { Call, Program } from './program.ts';
import { done } from './ran.ts';

/** Programs on paths that just-bash has otherwise than Debian. */
export const pathPrograms: Readonly<Record<string, Program>> = {
  mkdir: makeDirectories,
  readlink: readLinks,
  realpath: (call) =>
    onFiles('realpath', () =>
      done(
        operands(call)
          .map((path) => `${realPath(call, path)}\n`)
          .join(''),
      ),
    ),
};

function realPath(call: Call, path: string): string {
  return find(call.node.root, absolute(call, path)).real;
}

/** What a path leads to, whether it is there or not. */
function possiblePath(call: Call, path: string): string {
  try {
    return find(call.node.root, path).real;
  } catch (error) {
    if (!(error instanceof FileError) || error.code !== 'ENOENT' || path === '/') throw error;
    return `${possiblePath(call, posix.dirname(path)).replace(/\/$/, '')}/${posix.basename(path)}`;
  }
}

function readLinks(call: Call): Ran {
  const has = (letters: string): boolean =>
    call.argv.some((word) => new RegExp(`^-[a-z]*[${letters}]`).test(word));
  const isCanonical = has('efm') || call.argv.some((word) => word.startsWith('--canonicalize'));
  const end = has('z') ? '\0' : has('n') ? '' : '\n';
  const lines = operands(call).map((path) => {
    try {
      if (has('m')) return `${possiblePath(call, absolute(call, path))}${end}`;
      if (isCanonical) return `${realPath(call, path)}${end}`;
      const { entry } = find(call.node.root, absolute(call, path), false);
      return entry?.kind === 'link' ? `${entry.target}${end}` : undefined;
    } catch (error) {
      if (error instanceof FileError) return undefined;
      throw error;
    }
  });
  return { ...done(lines.join('')), exit: lines.includes(undefined) ? 1 : 0 };
}

function makeDirectories(call: Call): Ran {
  const asked = call.argv.find((_word, at) => ['-m', '--mode'].includes(call.argv[at - 1] ?? ''));
  const joined = call.argv
    .map((word) => /^(?:-m|--mode=)(\d+)$/.exec(word)?.[1])
    .find((each) => each !== undefined);
  const mode = joined ?? asked;
  const withParents = call.argv.some((word) => /^-[a-z]*p|^--parents$/.test(word));
  const paths = operands(call).filter((word) => word !== asked);
  const errors = paths.flatMap((path) => {
    try {
      makeDirectory(call, absolute(call, path), withParents, mode);
      return [];
    } catch (error) {
      if (error instanceof FileError)
        return [`mkdir: cannot create directory '${path}': ${STRERROR[error.code]}\n`];
      throw error;
    }
  });
  return { stdout: '', stderr: errors.join(''), exit: Math.min(errors.length, 1) };
}

function makeDirectory({ node }: Call, path: string, withParents: boolean, mode: string | undefined): void {
  const { parent, name, entry } = withParents ? found(node.root, path) : find(node.root, path);
  if (entry !== undefined && (!withParents || entry.kind !== 'directory'))
    throw new FileError('EEXIST', path);
  if (entry !== undefined) return;
  if (withParents) ensureDirectory(node.root, path);
  else parent?.put(name, { kind: 'directory' });
  const made = find(node.root, path).entry;
  if (mode !== undefined && made?.kind === 'directory') made.setMode(Number.parseInt(mode, 8));
}

/** As find, with nothing there when the way is missing. */
function found(root: Parameters<typeof find>[0], path: string): ReturnType<typeof find> {
  try {
    return find(root, path);
  } catch (error) {
    if (error instanceof FileError && error.code === 'ENOENT')
      return { parent: undefined, name: '', entry: undefined, real: path };
    throw error;
  }
}

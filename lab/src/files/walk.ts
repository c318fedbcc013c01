import { FileError } from '../machine.ts';
import type { DirectoryEntry, Entry, NewEntry } from './entry.ts';

const LINK_LIMIT = 40;

/** A path with its links followed: the directory that holds it, its name there, and what is there. The root has no parent. */
interface Found {
  readonly parent: DirectoryEntry | undefined;
  readonly name: string;
  readonly entry: Entry | undefined;
  /** The path without links. */
  readonly real: string;
}

interface Step {
  readonly directory: DirectoryEntry;
  readonly name: string;
}

/**
 * Follows an absolute path. The last name may be missing (`entry` undefined). Throws FileError: ENOENT for a missing directory on the way,
 * ENOTDIR, ELOOP. With `followLast` false a link at the end is the result itself.
 */
export function find(root: DirectoryEntry, path: string, followLast = true): Found {
  const trail: Step[] = [];
  const pending = names(path);
  let current: DirectoryEntry = root;
  let links = 0;
  let entry: Entry | undefined = root;
  while (pending.length > 0) {
    const name = pending.shift() ?? '';
    if (name === '..') {
      trail.pop();
      current = trail.length === 0 ? root : directoryAt(root, trail);
      entry = current;
      continue;
    }
    entry = current.get(name);
    if (entry?.kind === 'link' && (pending.length > 0 || followLast)) {
      links += 1;
      if (links > LINK_LIMIT) throw new FileError('ELOOP', path);
      if (entry.target.startsWith('/')) {
        trail.length = 0;
        current = root;
      }
      pending.unshift(...names(entry.target));
      entry = current;
      continue;
    }
    if (pending.length > 0) {
      if (entry === undefined) throw new FileError('ENOENT', path);
      if (entry.kind !== 'directory') throw new FileError('ENOTDIR', path);
      current = entry;
    } else if (entry === undefined || entry.kind !== 'directory') {
      return { parent: directoryAt(root, trail), name, entry, real: realPath(trail, name) };
    } else {
      current = entry;
    }
    trail.push({ directory: current, name });
  }
  const last = trail.pop();
  if (last === undefined) return { parent: undefined, name: '', entry: root, real: '/' };
  return { parent: directoryAt(root, trail), name: last.name, entry, real: realPath(trail, last.name) };
}

/** What is at a path; undefined if nothing is, or if the way there is missing. */
export function lookup(root: DirectoryEntry, path: string, followLast = true): Entry | undefined {
  try {
    return find(root, path, followLast).entry;
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

/** The directory at a path, made with its parents where missing. Throws FileError. */
export function ensureDirectory(root: DirectoryEntry, path: string): DirectoryEntry {
  let current = root;
  let walked = '';
  for (const name of names(path)) {
    walked += `/${name}`;
    if (lookup(root, walked) === undefined) current.put(name, { kind: 'directory' });
    const entry = lookup(root, walked);
    if (entry?.kind !== 'directory') throw new FileError('ENOTDIR', path);
    current = entry;
  }
  return current;
}

/** Puts something at a path whose directory exists; through a link at the end. Throws FileError. */
export function putAt(root: DirectoryEntry, path: string, made: NewEntry): void {
  const { parent, name, entry } = find(root, path);
  if (parent === undefined) throw new FileError('EISDIR', path);
  if (made.kind === 'file' && entry?.kind === 'directory') throw new FileError('EISDIR', path);
  withPath(path, () => parent.put(name, made));
}

/** Takes what is at a path out of its directory; a link itself, not what it leads to. Throws FileError. */
export function dropAt(root: DirectoryEntry, path: string): Entry | undefined {
  const { parent, name } = find(root, path, false);
  if (parent === undefined) throw new FileError('EACCES', path);
  return withPath(path, () => parent.drop(name));
}

/** Moves an entry over what is at another path. Throws FileError. */
export function move(root: DirectoryEntry, from: string, to: string): void {
  const source = find(root, from, false);
  if (source.entry === undefined || source.parent === undefined) throw new FileError('ENOENT', from);
  const target = find(root, to, false);
  if (target.parent === undefined) throw new FileError('EISDIR', to);
  const { entry } = source;
  const moved: NewEntry = { kind: 'moved', entry };
  const { parent, name } = target;
  withPath(to, () => parent.put(name, moved));
  if (source.real !== target.real) source.parent.drop(source.name);
}

function withPath<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof FileError ? new FileError(error.code, path) : error;
  }
}

function names(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

function directoryAt(root: DirectoryEntry, trail: readonly Step[]): DirectoryEntry {
  return trail.at(-1)?.directory ?? root;
}

function realPath(trail: readonly Step[], name: string): string {
  return `/${[...trail.map((step) => step.name), name].join('/')}`;
}

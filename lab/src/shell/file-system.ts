import { FileError, STRERROR, type FileErrorCode } from '../machine.ts';
import type { DirectoryEntry, Entry, FileEntry } from '../files/entry.ts';
import { dropAt, ensureDirectory, find, lookup, move, putAt } from '../files/walk.ts';
import { bytesToText, textToBytes } from './escape.ts';
import type { IFileSystem, FsStat } from 'just-bash';

/** Takes everything and stays empty. */
const NULL_DEVICE = '/dev/null';

type Content = string | Uint8Array;

/**
 * A node's files as just-bash wants them, for one run. Where a redirection cannot open its file just-bash would give up the whole run, so such
 * a file takes what is written and loses it, and `denied` is told in a shell's words.
 */
export function shellFileSystem(root: DirectoryEntry, denied: (words: string) => void): IFileSystem {
  const lost = new Set<string>();
  const need = (path: string, followLast = true): Entry => {
    const { entry } = inPath(path, () => find(root, path, followLast));
    if (entry === undefined) throw errno('ENOENT', path);
    return entry;
  };
  const needFile = (path: string): FileEntry => {
    const entry = need(path);
    if (entry.kind !== 'file') throw errno('EISDIR', path);
    return entry;
  };
  const needDirectory = (path: string): DirectoryEntry => {
    const entry = need(path);
    if (entry.kind !== 'directory') throw errno('ENOTDIR', path);
    return entry;
  };
  const put = (path: string, bytes: Buffer, mode?: number): void => {
    if (path === NULL_DEVICE) return;
    inPath(path, () => putAt(root, path, { kind: 'file', bytes, ...(mode === undefined ? {} : { mode }) }));
  };

  const write = (path: string, before: Buffer, content: Content, options: unknown): void => {
    if (lost.has(path)) return;
    try {
      put(path, Buffer.concat([before, contentBytes(content, options)]));
    } catch (error) {
      const isRedirection = content === '' && options === 'binary';
      if (!isRedirection || !(error instanceof Error)) throw error;
      lost.add(path);
      denied(`bash: ${path}: ${error.message}`);
    }
  };

  return {
    readFile: async (path) => bytesToText(needFile(path).content()),
    readFileBuffer: async (path) => Buffer.from(bytesToText(needFile(path).content())),
    writeFile: async (path, content, options) => write(path, Buffer.alloc(0), content, options),
    appendFile: async (path, content, options) => {
      const before = lookup(root, path);
      write(path, before?.kind === 'file' ? before.content() : Buffer.alloc(0), content, options);
    },
    exists: async (path) => lookup(root, path) !== undefined,
    stat: async (path) => statOf(need(path), find(root, path).real),
    lstat: async (path) => statOf(need(path, false), find(root, path, false).real),
    mkdir: async (path, options) => {
      if (options?.recursive === true) return void inPath(path, () => ensureDirectory(root, path));
      const { parent, name, entry } = inPath(path, () => find(root, path));
      if (entry !== undefined || parent === undefined) throw errno('EEXIST', path);
      inPath(path, () => parent.put(name, { kind: 'directory' }));
    },
    readdir: async (path) => [...needDirectory(path).names()],
    readdirWithFileTypes: async (path) => {
      const directory = needDirectory(path);
      return directory.names().map((name) => {
        const kind = directory.get(name)?.kind;
        return {
          name,
          isFile: kind === 'file',
          isDirectory: kind === 'directory',
          isSymbolicLink: kind === 'link',
        };
      });
    },
    rm: async (path, options) => {
      const entry = lookup(root, path, false);
      if (entry === undefined && options?.force === true) return;
      if (entry === undefined) throw errno('ENOENT', path);
      if (entry.kind === 'directory' && options?.recursive !== true && entry.names().length > 0)
        throw errno('ENOTEMPTY', path);
      inPath(path, () => dropAt(root, path));
    },
    cp: async (from, to, options) => copy(root, from, to, options?.recursive === true),
    mv: async (from, to) => inPath(to, () => move(root, from, to)),
    resolvePath: (base, path) => resolve(base, path),
    getAllPaths: () => [],
    chmod: async (path, mode) => {
      const { parent, name, entry } = inPath(path, () => find(root, path));
      if (entry === undefined) throw errno('ENOENT', path);
      if (entry.kind === 'directory') inPath(path, () => entry.setMode(mode & 0o7777));
      else if (entry.kind === 'file')
        parent?.put(name, { kind: 'file', bytes: entry.content(), size: entry.size, mode: mode & 0o7777 });
    },
    symlink: async (target, path) => {
      const { parent, name, entry } = inPath(path, () => find(root, path, false));
      if (entry !== undefined || parent === undefined) throw errno('EEXIST', path);
      inPath(path, () => parent.put(name, { kind: 'link', target }));
    },
    link: async (existing, path) => put(path, needFile(existing).content(), needFile(existing).mode),
    readlink: async (path) => {
      const entry = need(path, false);
      if (entry.kind !== 'link') throw errno('EINVAL', path);
      return entry.target;
    },
    realpath: async (path) => {
      need(path);
      return find(root, path).real;
    },
    utimes: async (path) => {
      const entry = need(path);
      if (entry.kind === 'file') put(path, entry.content());
    },
  };
}

/** Joins a path to a base and takes `.` and `..` out. */
function resolve(base: string, path: string): string {
  const done: string[] = [];
  for (const name of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (name === '..') done.pop();
    else if (name !== '' && name !== '.') done.push(name);
  }
  return `/${done.join('/')}`;
}

function contentBytes(content: Content, options: unknown): Buffer {
  if (typeof content !== 'string') return textToBytes(Buffer.from(content).toString('utf8'));
  const encoding =
    typeof options === 'object' && options !== null && 'encoding' in options ? options.encoding : options;
  const isBytes = encoding === 'binary' || encoding === 'latin1';
  return textToBytes(isBytes ? Buffer.from(content, 'latin1').toString('utf8') : content);
}

function copy(root: DirectoryEntry, from: string, to: string, recursive: boolean): void {
  const entry = lookup(root, from);
  if (entry === undefined) throw errno('ENOENT', from);
  if (entry.kind === 'directory' && !recursive) throw errno('EISDIR', from);
  inPath(to, () => putAt(root, to, { kind: 'moved', entry }));
}

/** `identity` is what cp and mv know a file by. */
function statOf(entry: Entry, identity: string): FsStat {
  return {
    isFile: entry.kind === 'file',
    isDirectory: entry.kind === 'directory',
    isSymbolicLink: entry.kind === 'link',
    mode: entry.mode,
    size: entry.kind === 'file' ? entry.size : entry.kind === 'link' ? entry.target.length : 0,
    mtime: new Date(entry.mtime * 1000),
    identity,
  };
}

function inPath<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof FileError ? errno(error.code, path) : error;
  }
}

/** just-bash finds an error's kind by its message, in Node's form. */
function errno(code: FileErrorCode, path: string): Error {
  return new Error(`${code}: ${STRERROR[code].toLowerCase()}, open '${path}'`);
}

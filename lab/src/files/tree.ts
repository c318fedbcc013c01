import type { FileTree, Volumes } from '../machine.ts';
import type { DirectoryEntry } from './entry.ts';
import { dropAt, ensureDirectory, lookup, move, putAt } from './walk.ts';

/** The files of a node as its PVE commands use them. */
export function fileTree(root: DirectoryEntry): FileTree {
  return {
    read: (path) => {
      const entry = lookup(root, path);
      return entry?.kind === 'file' ? entry.content().toString('utf8') : undefined;
    },
    write: (path, text, mode) => {
      ensureDirectory(root, parentOf(path));
      putAt(root, path, { kind: 'file', bytes: Buffer.from(text), ...(mode === undefined ? {} : { mode }) });
    },
    remove: (path) => {
      if (lookup(root, path, false) !== undefined) dropAt(root, path);
    },
    rename: (from, to) => {
      ensureDirectory(root, parentOf(to));
      move(root, from, to);
    },
    makeDirectory: (path) => void ensureDirectory(root, path),
    list: (path) => {
      const entry = lookup(root, path);
      return entry?.kind === 'directory' ? entry.names() : [];
    },
    exists: (path) => lookup(root, path) !== undefined,
    isDirectory: (path) => lookup(root, path)?.kind === 'directory',
  };
}

/** The same files, seen as volumes. */
export function volumes(root: DirectoryEntry): Volumes {
  const files = fileTree(root);
  const size = (path: string): number | undefined => {
    const entry = lookup(root, path);
    return entry?.kind === 'file' ? entry.size : undefined;
  };
  return {
    size,
    set: (path, bytes) => {
      ensureDirectory(root, parentOf(path));
      const entry = lookup(root, path);
      putAt(root, path, {
        kind: 'file',
        bytes: entry?.kind === 'file' ? entry.content() : Buffer.alloc(0),
        size: bytes,
        mode: 0o640,
      });
    },
    remove: files.remove,
    rename: files.rename,
    list: (directory) => filesBelow(root, directory),
  };
}

/** All files below a directory, with their sizes. Links are not followed. */
function filesBelow(root: DirectoryEntry, path: string): { path: string; bytes: number }[] {
  const entry = lookup(root, path);
  if (entry?.kind !== 'directory') return [];
  return entry.names().flatMap((name) => {
    const child = entry.get(name);
    const childPath = `${path === '/' ? '' : path}/${name}`;
    if (child?.kind === 'directory') return filesBelow(root, childPath);
    return child?.kind === 'file' ? [{ path: childPath, bytes: child.size }] : [];
  });
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 1));
}

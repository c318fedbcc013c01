import type { DirectoryEntry, Entry, Meta, NewEntry } from './entry.ts';

/** What a tree kept in memory does around a change; all its directories share one. */
export interface TreeRules {
  /** Throws FileError if the tree cannot be changed now. */
  readonly check: (path: string) => void;
  /** Called after a file, link or directory at this path (inside the tree, no leading slash) came, changed or went. */
  readonly changed: (path: string) => void;
  /** Owner and mode of what is made; `asked` is the mode that the maker wants. */
  readonly meta: (path: string, kind: 'file' | 'directory' | 'link', asked: number | undefined) => Meta;
  /** Mode as it shows now (pmxcfs shows files as read-only without quorum). */
  readonly shownMode: (mode: number, kind: 'file' | 'directory') => number;
}

/** An empty directory kept in memory, with everything that will be made below it. */
export function memoryDirectory(rules: TreeRules, path = '', asked?: number): DirectoryEntry {
  const children = new Map<string, Entry>();
  let meta = rules.meta(path, 'directory', asked);
  const below = (name: string): string => (path === '' ? name : `${path}/${name}`);
  return {
    kind: 'directory',
    owner: meta.owner,
    group: meta.group,
    get mtime() {
      return meta.mtime;
    },
    get mode() {
      return rules.shownMode(meta.mode, 'directory');
    },
    get: (name) => children.get(name),
    names: () => [...children.keys()].sort(),
    put(name, made) {
      rules.check(below(name));
      children.set(name, makeEntry(rules, below(name), made, children.get(name)));
      rules.changed(below(name));
    },
    drop(name) {
      const entry = children.get(name);
      if (entry === undefined) return undefined;
      rules.check(below(name));
      children.delete(name);
      rules.changed(below(name));
      return entry;
    },
    setMode(mode) {
      rules.check(path);
      meta = rules.meta(path, 'directory', mode);
    },
    setTime(mtime) {
      rules.check(path);
      meta = { ...meta, mtime };
    },
  };
}

function makeEntry(rules: TreeRules, path: string, made: NewEntry, before: Entry | undefined): Entry {
  if (made.kind === 'directory') return memoryDirectory(rules, path, made.mode);
  if (made.kind === 'link')
    return { kind: 'link', target: made.target, ...rules.meta(path, 'link', undefined) };
  if (made.kind === 'file') {
    const mode = made.mode ?? before?.mode;
    return fileEntry(rules, path, made.bytes, made.size ?? made.bytes.length, mode, made.mtime);
  }
  const { entry } = made;
  if (made.kind === 'mounted') return entry;
  if (entry.kind === 'file') return fileEntry(rules, path, entry.content(), entry.size, entry.mode);
  if (entry.kind === 'link') return entry;
  const copy = memoryDirectory(rules, path, entry.mode);
  for (const name of entry.names()) {
    const child = entry.get(name);
    if (child !== undefined) copy.put(name, { kind: 'moved', entry: child });
  }
  return copy;
}

function fileEntry(
  rules: TreeRules,
  path: string,
  bytes: Buffer,
  size: number,
  asked: number | undefined,
  mtime?: number,
): Entry {
  const meta = rules.meta(path, 'file', asked);
  return {
    kind: 'file',
    owner: meta.owner,
    group: meta.group,
    mtime: mtime ?? meta.mtime,
    size,
    content: () => bytes,
    get mode() {
      return rules.shownMode(meta.mode, 'file');
    },
  };
}

/** Rules of an ordinary disk: everything is allowed, everything is root's. */
export function diskRules(clock: () => number): TreeRules {
  return {
    check: () => undefined,
    changed: () => undefined,
    meta: (_path, kind, asked) => ({
      mode: asked ?? (kind === 'file' ? 0o644 : kind === 'directory' ? 0o755 : 0o777),
      owner: 'root',
      group: 'root',
      mtime: clock(),
    }),
    shownMode: (mode) => mode,
  };
}

import { FileError } from '../machine.ts';
import type { DirectoryEntry, Entry, FileEntry, LinkEntry, Meta } from './entry.ts';

type Shown = Partial<Meta>;

const ROOT_OWNED: Meta = { mode: 0o444, owner: 'root', group: 'root', mtime: 0 };

/** A file whose text is made at each reading. */
export function generatedFile(text: () => string, shown: Shown = {}): FileEntry {
  const content = (): Buffer => Buffer.from(text());
  return {
    ...ROOT_OWNED,
    ...shown,
    kind: 'file',
    content,
    get size() {
      return content().length;
    },
  };
}

/** A symbolic link that nobody can remove. */
export function generatedLink(target: string, shown: Shown = {}): LinkEntry {
  return { ...ROOT_OWNED, mode: 0o777, ...shown, kind: 'link', target };
}

/** Entries by name; a Map is one. */
export interface Entries {
  readonly get: (name: string) => Entry | undefined;
  readonly keys: () => Iterable<string>;
}

/** A directory that the kernel makes up: it takes no changes. */
export function generatedDirectory(entries: Entries, shown: Shown = {}): DirectoryEntry {
  const refuse = (name: string): never => {
    throw new FileError('EACCES', name);
  };
  return {
    ...ROOT_OWNED,
    mode: 0o555,
    ...shown,
    kind: 'directory',
    get: (name) => entries.get(name),
    names: () => [...entries.keys()].sort(),
    put: refuse,
    drop: refuse,
    setMode: () => refuse(''),
    setTime: () => refuse(''),
  };
}

/** A directory that shows made-up entries over those of another one, which takes all changes. */
export function overlaidDirectory(over: ReadonlyMap<string, Entry>, under: DirectoryEntry): DirectoryEntry {
  const own = (name: string): void => {
    if (over.has(name)) throw new FileError('EACCES', name);
  };
  return {
    kind: 'directory',
    owner: under.owner,
    group: under.group,
    get mtime() {
      return under.mtime;
    },
    get mode() {
      return under.mode;
    },
    get: (name) => over.get(name) ?? under.get(name),
    names: () => [...new Set([...over.keys(), ...under.names()])].sort(),
    put(name, made) {
      own(name);
      under.put(name, made);
    },
    drop(name) {
      own(name);
      return under.drop(name);
    },
    setMode: under.setMode,
    setTime: under.setTime,
  };
}

/** A directory whose entries show as `seen` has them; changes of it go through. */
export function seenDirectory(
  under: DirectoryEntry,
  seen: (name: string, entry: Entry) => Entry,
): DirectoryEntry {
  return {
    kind: 'directory',
    owner: under.owner,
    group: under.group,
    get mtime() {
      return under.mtime;
    },
    get mode() {
      return under.mode;
    },
    get: (name) => {
      const entry = under.get(name);
      return entry === undefined ? undefined : seen(name, entry);
    },
    names: under.names,
    put: under.put,
    drop: under.drop,
    setMode: under.setMode,
    setTime: under.setTime,
  };
}

/** What is mounted at a directory, or the directory below where nothing is mounted now. */
export function mountPoint(
  isMounted: () => boolean,
  mounted: DirectoryEntry,
  below: DirectoryEntry,
): DirectoryEntry {
  const now = (): DirectoryEntry => (isMounted() ? mounted : below);
  return {
    kind: 'directory',
    get owner() {
      return now().owner;
    },
    get group() {
      return now().group;
    },
    get mtime() {
      return now().mtime;
    },
    get mode() {
      return now().mode;
    },
    get: (name) => now().get(name),
    names: () => now().names(),
    put: (name, made) => now().put(name, made),
    drop: (name) => now().drop(name),
    setMode: (mode) => now().setMode(mode),
    setTime: (mtime) => now().setTime(mtime),
  };
}

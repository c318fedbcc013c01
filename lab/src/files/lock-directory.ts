import { FileError } from '../machine.ts';
import type { DirectoryEntry } from './entry.ts';
import { seenDirectory } from './generated.ts';

/** A lock that was not renewed for longer than this goes to whoever asks (pmxcfs, memdb.c: CFS_LOCK_TIMEOUT). */
const LOCK_SECONDS = 120;

/** What pmxcfs knows of a directory below `priv/lock` beside its entry. */
interface Held {
  /** The member that made or last renewed it; no other may renew it. */
  readonly writer: string;
  /** When that was seen, by the clock of whoever judges its age: the time in the file system does not count. */
  readonly seen: number;
}

/** Makes `priv/lock` as a member sees it. */
export type LockDirectory = (node: string, under: DirectoryEntry) => DirectoryEntry;

/**
 * The locks of pmxcfs: directories below `priv/lock`. Making one is atomic in the whole cluster. Setting its time renews it, for the
 * member that made it and not back in time; setting its time to 0 asks to take it away, which is done if it was not renewed for 120 s
 * and is empty (pve-cluster: src/README "File Locking", memdb_mtime and memdb_lock_expired in memdb.c, utimens in cfs-plug-memdb.c).
 */
export function lockDirectory(isLone: () => boolean, clock: () => number): LockDirectory {
  const held = new Map<string, Held>();

  const isExpired = (name: string): boolean => clock() - (held.get(name)?.seen ?? clock()) > LOCK_SECONDS;

  const setTime = (
    node: string,
    under: DirectoryEntry,
    name: string,
    lock: DirectoryEntry,
    mtime: number,
  ): void => {
    if (mtime === 0 && isExpired(name) && lock.names().length === 0) {
      under.drop(name);
      held.delete(name);
      // A lone node's pmxcfs only takes it away; a cluster's then also tries to set the time.
      if (isLone()) return;
      throw new FileError('EACCES', name);
    }
    if (mtime < lock.mtime || (held.get(name)?.writer ?? node) !== node) throw new FileError('EACCES', name);
    lock.setTime(mtime);
    held.set(name, { writer: node, seen: clock() });
  };

  return (node, under) => ({
    ...seenDirectory(under, (name, entry) =>
      entry.kind === 'directory'
        ? { ...entry, setTime: (mtime) => setTime(node, under, name, entry, mtime) }
        : entry,
    ),
    put(name, made) {
      under.put(name, made);
      if (made.kind === 'directory') held.set(name, { writer: node, seen: clock() });
    },
    drop(name) {
      const dropped = under.drop(name);
      held.delete(name);
      return dropped;
    },
  });
}

import type { Snapshot, Unknown } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';

/** Text of a file of /etc/pve by its absolute path, links resolved; undefined when there is none. Secrets are blanked. */
export function readFile(snapshot: Snapshot, path: string): string | undefined | Unknown {
  return isUnknown(snapshot.files) ? snapshot.files : snapshot.files[path];
}

/** A parse of a snapshot that is made once for each snapshot. */
export function oncePerSnapshot<T extends object>(
  parse: (snapshot: Snapshot) => T,
): (snapshot: Snapshot) => T {
  const known = new WeakMap<Snapshot, T>();
  return (snapshot) => {
    const before = known.get(snapshot);
    if (before !== undefined) return before;
    const made = parse(snapshot);
    known.set(snapshot, made);
    return made;
  };
}

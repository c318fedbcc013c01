import type { DirectoryEntry } from './entry.ts';
import { diskRules, memoryDirectory } from './memory.ts';
import { ensureDirectory, lookup, putAt } from './walk.ts';

/** What the file servers of a cluster's network export, and puts it where a node mounts it. */
export interface Exports {
  /** Mounts an export; nothing happens when it is mounted there already. */
  readonly mount: (root: DirectoryEntry, path: string, name: string) => void;
}

/** Exports are made when they are first mounted. */
export function fileServers(clock: () => number): Exports {
  const exports = new Map<string, DirectoryEntry>();
  return {
    mount(root, path, name) {
      const shared = exports.get(name) ?? memoryDirectory(diskRules(clock));
      exports.set(name, shared);
      const before = lookup(root, path);
      if (before === shared) return;
      ensureDirectory(root, path.slice(0, path.lastIndexOf('/')));
      // A lab that goes on from its saved files has there what was in the export.
      if (before?.kind === 'directory') moveInto(before, shared);
      putAt(root, path, { kind: 'mounted', entry: shared });
    },
  };
}

function moveInto(from: DirectoryEntry, to: DirectoryEntry): void {
  for (const name of from.names()) {
    const entry = from.get(name);
    const there = to.get(name);
    if (entry === undefined) continue;
    if (there === undefined) to.put(name, { kind: 'moved', entry });
    else if (entry.kind === 'directory' && there.kind === 'directory') moveInto(entry, there);
  }
}

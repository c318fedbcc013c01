import { closeSync, fdatasyncSync, mkdirSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { renameSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Script } from 'node:vm';

/** What V8 compiled of files, kept under their names in a directory. */
export interface CodeCache {
  /** Undefined: nothing is kept. What is not fresh is taken, and to be kept anew. */
  readonly read: (name: string) => { readonly data: Buffer; readonly isFresh: boolean } | undefined;
  /** Keeps scripts by their names; does without where that fails. */
  readonly keep: (scripts: ReadonlyMap<string, Script>) => void;
}

const day = 24 * 3600 * 1000;

/** It is made anew so often, with the functions that were called since; what is older by far is of an old version. */
const freshFor = day;
const keptFor = 30 * day;

/** In $XDG_CACHE_HOME/pvefleet or ~/.cache/pvefleet, which may be deleted at any time; `name`: of whom it is. */
export function openCodeCache(name: string, env: NodeJS.ProcessEnv): CodeCache {
  return {
    read(file) {
      try {
        const directory = directoryOf(name, env);
        if (!isOurs(directory)) return undefined;
        const path = join(directory, file);
        return { data: readFileSync(path), isFresh: ageOf(path) < freshFor };
      } catch {
        return undefined;
      }
    },
    keep(scripts) {
      if (scripts.size === 0) return;
      try {
        const directory = directoryOf(name, env);
        mkdirSync(directory, { recursive: true, mode: 0o700 });
        if (!isOurs(directory)) return;
        for (const [file, script] of scripts) write(join(directory, file), script.createCachedData());
        removeOld(directory);
      } catch {
        // A full disk, a home that is read-only, or another process that cleans up at the same time.
      }
    },
  };
}

/** A home may be that of several machines. */
function directoryOf(name: string, { XDG_CACHE_HOME: set = '' }: NodeJS.ProcessEnv): string {
  const home = set === '' ? join(homedir(), '.cache') : set;
  return join(home, 'pvefleet', `${process.version}-${process.arch}`, name);
}

/** Nobody else could have put something there, which would be run: as root in a user's home. */
function isOurs(directory: string): boolean {
  const { uid, mode } = statSync(directory);
  return uid === process.geteuid?.() && (mode & 0o022) === 0;
}

/** V8 does not look whether what it is given is whole, so a file has its name only once it is on disk. */
function write(path: string, data: Buffer): void {
  const unfinished = `${path}.${process.pid}`;
  const descriptor = openSync(unfinished, 'w', 0o600);
  writeSync(descriptor, data);
  fdatasyncSync(descriptor);
  closeSync(descriptor);
  renameSync(unfinished, path);
}

function removeOld(directory: string): void {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    if (ageOf(path) > keptFor) unlinkSync(path);
  }
}

const ageOf = (path: string): number => Date.now() - statSync(path).mtimeMs;

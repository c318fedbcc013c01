import {
  closeSync,
  existsSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

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
  const directory = directoryOf(name, env);
  return {
    read(file) {
      if (directory === undefined) return undefined;
      try {
        const path = join(directory, file);
        const data = whole(readFileSync(path));
        return data && { data, isFresh: ageOf(path) < freshFor };
      } catch {
        return undefined;
      }
    },
    keep(scripts) {
      if (directory === undefined || scripts.size === 0) return;
      try {
        mkdirSync(directory, { recursive: true, mode: 0o700 });
        for (const [file, script] of scripts) write(join(directory, file), script.createCachedData());
        removeOld(directory);
      } catch {
        // A full disk, a home that is read-only, or another process that cleans up at the same time.
      }
    },
  };
}

/** Undefined where there is no place of one's own. A home may be that of several machines. */
function directoryOf(name: string, { XDG_CACHE_HOME: set = '' }: NodeJS.ProcessEnv): string | undefined {
  try {
    const home = isAbsolute(set) ? set : join(homedir(), '.cache');
    return isAbsolute(home)
      ? ours(join(home, 'pvefleet', `${process.version}-${process.arch}`, name))
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The same directory by its real path, where nobody else can put something, which would be run, in it or in place of one
 * above it: so not in the home of a user whom root runs this for. It need not be there yet.
 */
function ours(directory: string): string | undefined {
  let there = directory;
  while (!existsSync(there)) there = dirname(there);
  const real = realpathSync(there);
  if (statSync(real).uid !== process.geteuid?.()) return undefined;
  for (let path = real; path !== dirname(path); path = dirname(path)) if (!isSafe(path)) return undefined;
  return real + directory.slice(there.length);
}

/** Only its owner, who is this user or root, changes what is in it; in a sticky one everybody has only what is his. */
function isSafe(directory: string): boolean {
  const { uid, mode } = statSync(directory);
  const sticky = 0o1000;
  return (uid === process.geteuid?.() || uid === 0) && ((mode & 0o022) === 0 || (mode & sticky) !== 0);
}

/** V8 looks at little of what it is given, and crashes over what a bad disk made of it: a checksum stands at the end. */
function whole(kept: Buffer): Buffer | undefined {
  const end = kept.length - 4;
  const data = kept.subarray(0, end);
  return end > 0 && kept.readUInt32LE(end) === crc32(data) ? data : undefined;
}

/** A file has its name only once it is whole and on disk. Two machines, or containers, may share a home, and number processes alike. */
function write(path: string, data: Buffer): void {
  const unfinished = `${path}.${process.pid}-${Date.now()}`;
  const descriptor = openSync(unfinished, 'wx', 0o600);
  try {
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(crc32(data));
    writeFileSync(descriptor, Buffer.concat([data, sum]));
    fdatasyncSync(descriptor);
    renameSync(unfinished, path);
  } catch (error) {
    unlinkSync(unfinished);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function removeOld(directory: string): void {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    if (ageOf(path) > keptFor) unlinkSync(path);
  }
}

const ageOf = (path: string): number => Date.now() - statSync(path).mtimeMs;

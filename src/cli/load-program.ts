import './optimise-late.ts';
import { closeSync, fdatasyncSync, mkdirSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { renameSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Script, constants } from 'node:vm';

/**
 * Loads the program of bin/pvefleet.js from the few files that scripts/bundle.mjs made, with what V8 compiled of them the
 * last time: to compile them anew is a third of a small run. That is kept for each command, since V8 compiles a function
 * when it is first called, in $XDG_CACHE_HOME/pvefleet or ~/.cache/pvefleet, and may be deleted at any time.
 */

type Exports = Readonly<Record<string, unknown>>;
type Wrapper = (
  exports: object,
  require: (id: string) => unknown,
  module: object,
  file: string,
  directory: string,
) => void;

const day = 24 * 3600 * 1000;

/** What is kept is made anew so often, with the functions that were called since; what is older by far is of an old version. */
const freshFor = day;
const keptFor = 30 * day;

/**
 * The exports of a file, a CommonJS module that `scripts/bundle.mjs` made; `command` is the first word of the command line.
 * Throws what its modules throw.
 */
export function loadProgram(main: string, command: string | undefined, env: NodeJS.ProcessEnv): Exports {
  const cache = cacheDirectory(command, env);
  const loaded = new Map<string, Exports>();
  const toKeep = new Map<string, Script>();
  const load = (file: string): Exports => {
    const known = loaded.get(file);
    if (known !== undefined) return known;
    const module = { exports: {} };
    loaded.set(file, module.exports);
    const { script, isFresh } = compile(file, cache);
    if (!isFresh && file !== main) toKeep.set(file, script);
    const others = createRequire(file);
    const require = (id: string): unknown =>
      id.startsWith('./') ? load(join(dirname(file), id)) : others(id);
    const run = script.runInThisContext() as Wrapper;
    run(module.exports, require, module, file, dirname(file));
    return module.exports;
  };
  if (cache !== undefined) process.once('exit', () => keep(cache, toKeep));
  return load(main);
}

/** Undefined where somebody else could have put something there, which would be run: root in a user's home. */
function cacheDirectory(command: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  const { XDG_CACHE_HOME: set = '' } = env;
  const word = command !== undefined && /^[a-z0-9]+$/u.test(command) ? command : 'none';
  const directory = join(set === '' ? join(homedir(), '.cache') : set, 'pvefleet', process.version, word);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(directory);
    return uid === process.geteuid?.() && (mode & 0o022) === 0 ? directory : undefined;
  } catch {
    // A home that is read-only, or none: it works without.
    return undefined;
  }
}

/** The names of files but the main one's have a hash of their text, so what is kept under a name is of that text. */
function compile(file: string, cache: string | undefined): { script: Script; isFresh: boolean } {
  const text = readFileSync(file, 'utf8');
  const kept = cache === undefined ? undefined : read(join(cache, basename(file)));
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(kept && { cachedData: kept.data }),
  });
  return { script, isFresh: kept?.isFresh === true && script.cachedDataRejected !== true };
}

function read(path: string): { data: Buffer; isFresh: boolean } | undefined {
  try {
    return { data: readFileSync(path), isFresh: Date.now() - statSync(path).mtimeMs < freshFor };
  } catch {
    return undefined;
  }
}

/** V8 does not look whether what it is given is whole, so a file has its name only once it is on disk. */
function keep(cache: string, scripts: ReadonlyMap<string, Script>): void {
  if (scripts.size === 0) return;
  try {
    for (const [file, script] of scripts) {
      const path = join(cache, basename(file));
      const unfinished = `${path}.${process.pid}`;
      const descriptor = openSync(unfinished, 'w', 0o600);
      writeSync(descriptor, script.createCachedData());
      fdatasyncSync(descriptor);
      closeSync(descriptor);
      renameSync(unfinished, path);
    }
    for (const name of readdirSync(cache)) {
      const path = join(cache, name);
      if (Date.now() - statSync(path).mtimeMs > keptFor) unlinkSync(path);
    }
  } catch {
    // A full disk, or another process that cleans up at the same time: the next command keeps it.
  }
}

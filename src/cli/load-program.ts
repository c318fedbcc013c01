import './optimise-late.ts';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script, constants } from 'node:vm';
import { openCodeCache } from './code-cache.ts';

/**
 * Loads the program of bin/pvefleet.js from the few files that scripts/bundle.mjs made, with what V8 compiled of them the
 * last time: to compile them anew is a third of a small run. That is kept for each command, since V8 compiles a function
 * when it is first called.
 */

type Exports = Readonly<Record<string, unknown>>;
type Require = (id: string) => unknown;
type Module = (exports: object, require: Require, module: object, file: string, directory: string) => void;

/**
 * The exports of the main file, a CommonJS module as the others; `command` is the first word of the command line.
 * Throws what the modules throw.
 */
export function loadProgram(main: string, command: string | undefined, env: NodeJS.ProcessEnv): Exports {
  const loaded = new Map<string, Exports>();
  const load = (file: string): Exports => {
    const known = loaded.get(file);
    if (known !== undefined) return known;
    const module = { exports: {} };
    loaded.set(file, module.exports);
    const others = createRequire(file);
    const require: Require = (id) => (id.startsWith('./') ? load(join(dirname(file), id)) : others(id));
    const run = (file === main ? compile(file) : compiled(file)).runInThisContext() as Module;
    run(module.exports, require, module, file, dirname(file));
    return module.exports;
  };
  let compiled = compilerFor('all', env);
  const program = load(main);
  // What is loaded from here on is the command's own, and nothing for a word that is none.
  if (command !== undefined && /^[a-z]+$/u.test(command)) compiled = compilerFor(command, env);
  return program;
}

/** Compiles files with what is kept under a name, and keeps it when the process ends. Their own names have a hash of their text. */
function compilerFor(name: string, env: NodeJS.ProcessEnv): (file: string) => Script {
  const cache = openCodeCache(name, env);
  const toKeep = new Map<string, Script>();
  process.once('exit', () => cache.keep(toKeep));
  return (file) => {
    const kept = cache.read(basename(file));
    const script = compile(file, kept?.data);
    if (kept?.isFresh !== true || script.cachedDataRejected === true) toKeep.set(basename(file), script);
    return script;
  };
}

function compile(file: string, cachedData?: Buffer): Script {
  const text = readFileSync(file, 'utf8');
  return new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData && { cachedData }),
  });
}

import { spawnSync } from 'node:child_process';
import { createHmac, randomBytes, randomInt } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fchmodSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { globMatcher, isGlob } from '../inventory/match-names.ts';
import type { Controller, PathStatus } from '../template/controller.ts';
import { fileError } from '../text/file-error.ts';
import { fromHome } from './from-home.ts';
import { placesOf } from './places-of.ts';

/** Where a lookup looks for files. */
interface Places {
  /** First to last. */
  readonly directories: readonly string[];
  /** Of the playbook: commands run there, and files are kept there. */
  readonly home: string;
}

/** No two runs have the same salts. */
const secretOfRun = randomBytes(32);

/** This machine, as lookups ask it. Commands are waited for, as a template can't go on without what they print. */
export function createController({ directories, home }: Places): Controller {
  return {
    placesOf: (name, folder) => placesOf(name, folder, directories),
    find: (name, folder) => placesOf(name, folder, directories).find((path) => existsSync(path)),
    glob,
    read,
    writeSecret,
    resolve: (path) => resolve(home, fromHome(path)),
    environment: (name) => process.env[name],
    run: (command) => run(command, home),
    statusOf,
    realPath,
    expandUser,
    linkAt,
    random: (below) => randomInt(below),
    saltFor: (text) => createHmac('sha256', secretOfRun).update(text).digest('hex').slice(0, 16),
    now: () => Date.now() / 1000,
  };
}

/**
 * The same for what is only looked at ahead: it runs no command and writes no file, so what depends on one is not known
 * yet.
 */
export function onlyReading(controller: Controller): Controller {
  const refuse = (): never => {
    throw new Error('it is known only when the task is reached');
  };
  return { ...controller, run: refuse, writeSecret: refuse, random: refuse };
}

/** The same, each command being run once. */
export function runningOnce(controller: Controller): Controller {
  const printed = new Map<string, string>();
  return {
    ...controller,
    run: (command) => {
      const before = printed.get(command) ?? controller.run(command);
      printed.set(command, before);
      return before;
    },
  };
}

function read(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`Cannot read ${path}: ${fileError(error)}`, { cause: error });
  }
  if (text.startsWith('$ANSIBLE_VAULT;'))
    throw new Error(`Cannot read ${path}: ansible-vault has encrypted it; "vars_files" opens such files`);
  return text;
}

function writeSecret(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(path, 'w', 0o600);
    try {
      // One that was there may have been for others to read, too.
      fchmodSync(file, 0o600);
      writeFileSync(file, text);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new Error(`Cannot write ${path}: ${fileError(error)}`, { cause: error });
  }
}

const LARGEST = 64 * 1024 * 1024;

function run(command: string, home: string): string {
  const { status, stdout, error } = spawnSync('/bin/sh', ['-c', command], {
    cwd: home,
    encoding: 'utf8',
    maxBuffer: LARGEST,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error !== undefined) throw new Error(`Cannot run "${command}" here: ${error.message}`);
  if (status !== 0) throw new Error(`Cannot use "${command}": it ended with ${String(status ?? 'a signal')}`);
  return stdout;
}

/** As a shell has it: `*` and `?` stop at "/", and fit no name with a leading dot. */
function glob(pattern: string): readonly string[] {
  const parts = pattern.split('/');
  const from = isAbsolute(pattern) ? '/' : '.';
  return parts
    .filter((part) => part !== '')
    .reduce<readonly string[]>((paths, part) => paths.flatMap((path) => fitting(path, part)), [from])
    .filter((path) => statusOf(path)?.kind === 'file')
    .toSorted();
}

function fitting(directory: string, part: string): readonly string[] {
  if (!isGlob(part)) return existsSync(join(directory, part)) ? [join(directory, part)] : [];
  const fits = globMatcher(part);
  try {
    return readdirSync(directory)
      .filter((name) => fits(name) && (!name.startsWith('.') || part.startsWith('.')))
      .map((name) => join(directory, name));
  } catch {
    // No directory, or none that may be read: nothing fits.
    return [];
  }
}

function statusOf(path: string): PathStatus | undefined {
  try {
    const at = statSync(path);
    const above = statSync(join(path, '..'));
    return {
      kind: at.isFile() ? 'file' : at.isDirectory() ? 'directory' : 'other',
      id: `${at.dev}/${at.ino}`,
      isMount:
        at.isDirectory() &&
        !lstatSync(path).isSymbolicLink() &&
        (at.dev !== above.dev || at.ino === above.ino),
    };
  } catch {
    return undefined;
  }
}

/** What is not there is left as it is. */
function realPath(path: string): string {
  const whole = resolve(path);
  try {
    return realpathSync(whole);
  } catch {
    return whole === '/' ? whole : join(realPath(dirname(whole)), basename(whole));
  }
}

function expandUser(path: string): string {
  const { user, rest = '' } = /^~(?<user>[^/]*)(?<rest>.*)$/su.exec(path)?.groups ?? {};
  if (user === undefined) return path;
  if (user === '') return homedir() + rest;
  const home = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === user)?.[5];
  return home === undefined ? path : home + rest;
}

function linkAt(path: string): ReturnType<Controller['linkAt']> {
  try {
    return lstatSync(path).isSymbolicLink() ? 'link' : 'no link';
  } catch {
    return undefined;
  }
}

import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadProgram } from '../../src/cli/load-program.ts';

const script = fileURLToPath(new URL('../../bin/pvefleet.js', import.meta.url));
const day = 24 * 3600;

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'pvefleet-program-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** A home for what is kept, the directory in it of what all commands need, and the program with that home. */
function fresh() {
  const home = temporaryDirectory();
  const machine = join(home, 'pvefleet', `${process.version}-${process.arch}`);
  const kept = join(machine, 'all');
  const env = { ...process.env, XDG_CACHE_HOME: home };
  const run = (word: string) => spawnSync(process.execPath, [script, word], { encoding: 'utf8', env });
  const help = () => run('help');
  const times = () => readdirSync(kept).map((name) => [name, statSync(join(kept, name)).mtimeMs]);
  return { home, machine, kept, run, help, times };
}

function setAge(path: string, seconds: number): void {
  const then = Date.now() / 1000 - seconds;
  utimesSync(path, then, then);
}

/** Its second half, as a file system may have it after a crash. */
const zeroed = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, bytes.length / 2), Buffer.alloc(bytes.length / 2)]);

const works = { status: 0, stderr: '', stdout: expect.stringContaining('Exit codes:') };

describe('what V8 compiled of the program', () => {
  test('is kept for each command, and none for a word that is no command', () => {
    const { machine, run } = fresh();
    expect(run('exce').status).toBe(1);
    expect(readdirSync(machine)).toEqual(['all']);
    expect(run('config').status).toBe(0);
    expect(readdirSync(machine).toSorted()).toEqual(['all', 'config']);
    expect(readdirSync(join(machine, 'config'))).toContainEqual(expect.stringMatching(/^nodes-.*\.cjs$/u));
  });

  test('is kept by the first command and taken by the next, which writes nothing', () => {
    const { help, times } = fresh();
    expect(help()).toMatchObject(works);
    const first = times();
    expect(first.map(([name]) => name)).toContainEqual(expect.stringMatching(/^start-.*\.cjs$/u));
    // The main file's name has no hash of its text.
    expect(first.map(([name]) => name)).not.toContain('main.cjs');
    expect(help()).toMatchObject(works);
    expect(times()).toEqual(first);
  });

  test('is made anew after a day, or where V8 does not take it; what is old by far goes', () => {
    const { help, times, kept } = fresh();
    help();
    const [start = ''] = readdirSync(kept).filter((name) => name.startsWith('start-'));
    const bytes = statSync(join(kept, start)).size;
    for (const name of readdirSync(kept)) setAge(join(kept, name), 2 * day);
    const old = join(kept, 'start-of-an-old-version.cjs');
    writeFileSync(old, '');
    setAge(old, 31 * day);
    expect(help()).toMatchObject(works);
    expect(Math.min(...times().map(([, at]) => Number(at)))).toBeGreaterThan(Date.now() - 1000 * day);
    expect(readdirSync(kept)).not.toContain('start-of-an-old-version.cjs');
    writeFileSync(join(kept, start), 'not of this V8'.repeat(100));
    expect(help()).toMatchObject(works);
    expect(statSync(join(kept, start)).size).toBeGreaterThan(bytes / 2);
    expect(readFileSync(join(kept, start)).includes('not of this V8')).toBe(false);
  });

  test('is neither taken from nor left in a place where others may write', () => {
    const { home, machine, help, kept } = fresh();
    mkdirSync(kept, { recursive: true });
    chmodSync(kept, 0o777);
    expect(help()).toMatchObject(works);
    expect(readdirSync(kept)).toEqual([]);
    rmSync(machine, { recursive: true });
    // Who may write above it puts another one in its place.
    chmodSync(home, 0o777);
    expect(help()).toMatchObject(works);
    expect(readdirSync(join(home, 'pvefleet'))).toEqual([]);
    chmodSync(home, 0o1777);
    expect(help()).toMatchObject(works);
    expect(readdirSync(machine)).toContain('all');
  });

  test.runIf(process.geteuid?.() === 0)('is not left in the home of a user for whom root runs', () => {
    const { home, help } = fresh();
    chownSync(home, 65_534, 65_534);
    expect(help()).toMatchObject(works);
    expect(readdirSync(home)).toEqual([]);
  });

  test('may be in a place that a link of ours names', () => {
    const { home, help } = fresh();
    const real = temporaryDirectory();
    symlinkSync(real, join(home, 'pvefleet'));
    expect(help()).toMatchObject(works);
    expect(readdirSync(real)).not.toEqual([]);
  });

  test('is not taken where a bad disk has changed it, over which V8 would crash', () => {
    const { help, kept } = fresh();
    help();
    const [path = ''] = readdirSync(kept).flatMap((name) =>
      name.startsWith('start-') ? join(kept, name) : [],
    );
    const good = readFileSync(path);
    for (const bad of [good.subarray(0, -1000), Buffer.concat([good, good]), Buffer.alloc(0), zeroed(good)]) {
      writeFileSync(path, bad);
      expect(help()).toMatchObject(works);
      expect(readFileSync(path).equals(bad)).toBe(false);
    }
  });

  test('is nothing to do with the directory that a command is given in', () => {
    const directory = temporaryDirectory();
    const env = { ...process.env, XDG_CACHE_HOME: 'cache', HOME: join(directory, 'home') };
    mkdirSync(env.HOME);
    spawnSync(process.execPath, [script, 'help'], { env, cwd: directory });
    expect(readdirSync(directory)).toEqual(['home']);
    expect(readdirSync(env.HOME)).toEqual(['.cache']);
  });

  test('is not missed where nothing can be written', () => {
    const { home, help } = fresh();
    writeFileSync(join(home, 'pvefleet'), 'a file');
    expect(help()).toMatchObject(works);
  });
});

test('modules that need each other are loaded once each; those of Node and of packages too', () => {
  const directory = temporaryDirectory();
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  write(
    'main.cjs',
    'exports.early = 1; const b = require("./b.cjs"); exports.all = [b.seen, require("yaml").parse("7")];',
  );
  write('b.cjs', 'exports.seen = [require("./main.cjs").early, require("node:path").basename(__filename)];');
  const packages = join(directory, 'node_modules', 'yaml');
  mkdirSync(packages, { recursive: true });
  writeFileSync(join(packages, 'index.js'), 'exports.parse = Number;');
  const program = loadProgram(join(directory, 'main.cjs'), undefined, { XDG_CACHE_HOME: directory });
  expect(program).toEqual({ early: 1, all: [[1, 'b.cjs'], 7] });
});

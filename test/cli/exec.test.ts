import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSsh2Server } from '../conformance/ssh2-server.ts';
import type { TestServer } from '../openssh-server.ts';
import { writeFleetInventory } from './fleet-inventory.ts';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from './run-cli.ts';
import { runCli, runCliIn } from './run-cli.ts';

let server: TestServer;
let inventory: string;
beforeAll(async () => {
  server = await startSsh2Server();
  inventory = await writeFleetInventory(server);
});
afterAll(() => server.stop());

const exec = (...argv: readonly string[]) => runCli(['exec', '-i', inventory, ...argv]);
const execIn = (world: World, ...argv: readonly string[]) =>
  runCliIn(world, ['exec', '-i', inventory, ...argv]);

describe('output', () => {
  test('equal answers are printed once', async () => {
    expect(await exec('up', '--', 'echo hello')).toEqual({
      code: 0,
      stderr: '',
      stdout: '---------------\npve[1-3] (3)\n---------------\nhello\n',
    });
  });

  test('a failed command shows its exit code and what it wrote to stderr', async () => {
    const { code, stdout, stderr } = await exec('pve1', '--', 'printf out; echo err >&2; exit 7');
    expect(code).toBe(3);
    expect(stdout).toBe(
      '---------------\npve1 (1): exit 7\n---------------\nout\n--------------- stderr\nerr\n',
    );
    expect(stderr).toBe('RESULT  HOSTS  NODE SET\nexit 7  1      pve1\n');
  });

  test('an unreachable host is told of, and costs the others nothing', async () => {
    const { code, stdout, stderr } = await exec('all', '--', 'echo hello');
    expect(code).toBe(4);
    expect(stdout).toBe('---------------\npve[1-3] (3)\n---------------\nhello\n');
    expect(stderr).toContain('error: Cannot connect to pve8 ');
    expect(stderr).toMatch(/^RESULT +HOSTS +NODE SET\nunreachable +2 +pve\[8-9\]\n$/mu);
  });

  test('a failed command weighs more than an unreachable host', async () => {
    expect(await exec('all', '--', 'false')).toMatchObject({ code: 3 });
  });

  test('--json is one object a host', async () => {
    const { code, stdout, stderr } = await exec(
      'pve1,pve8',
      '--json',
      '--',
      'echo out; echo err >&2; kill -9 $$',
    );
    expect([code, stderr]).toEqual([3, '']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toContainEqual({
      host: 'pve1',
      exit: null,
      signal: expect.stringContaining('KILL'),
      stdout: 'out\n',
      stderr: 'err\n',
      seconds: expect.any(Number),
      error: null,
    });
    expect(lines).toContainEqual(
      expect.objectContaining({
        host: 'pve8',
        exit: null,
        error: expect.objectContaining({ code: expect.stringContaining('transport/') }),
      }),
    );
    expect(lines).toHaveLength(2);
  });
});

describe('forms of output', () => {
  test('--lines has the name of the host before each line', async () => {
    const { code, stdout, stderr } = await exec('pve1,pve2', '-L', '--', "printf 'a\\nb'; echo bad >&2");
    expect(code).toBe(0);
    expect(stdout.split('\n').sort()).toEqual(['', 'pve1: a', 'pve1: b', 'pve2: a', 'pve2: b']);
    expect(stderr.split('\n').sort()).toEqual(['', 'pve1: bad', 'pve2: bad']);
  });

  test('--raw is equal to the byte, one host after the other', async () => {
    const bytes = randomBytes(100_000);
    const { code, stdout } = await execIn({ input: [bytes] }, 'up', '--raw', '--', 'cat');
    expect(code).toBe(0);
    expect(Buffer.from(stdout, 'latin1').equals(Buffer.concat([bytes, bytes, bytes]))).toBe(true);
  });

  test('--diff shows who answers unlike most', async () => {
    const { stdout } = await exec('up', '--diff', '--serial', '1', '--', oneUnlike());
    expect(stdout).toBe('--- pve[2-3] (2)\n+++ pve1 (1)\n@@ -1 +1,2 @@\n same\n+more\n');
  });

  test('what a node says does not steer the terminal, and headers are in colour there', async () => {
    const say = String.raw`printf '\033[31mred\007\n'`;
    expect(await execIn({ isTTY: true }, 'pve1', '--', say)).toMatchObject({
      stdout: expect.stringMatching(/\u001b\[1mpve1\u001b\[22m \(1\)\n-+\n\\u001b\[31mred\\u0007\n$/u),
    });
    for (const form of ['--lines', '--raw'])
      expect((await execIn({ isTTY: true }, 'pve1', form, '--', say)).stdout).toMatch(
        /^(pve1: )?\\u001b\[31mred\\u0007\n$/u,
      );
    expect((await exec('pve1', '--raw', '--', say)).stdout).toBe('\u001b[31mred\u0007\n');
  });

  test('beyond a mebibyte output is folded by what is counted of it', async () => {
    const { stdout } = await exec('pve1,pve2', '--', 'head -c 1048586 /dev/zero | tr "\\0" x');
    expect(stdout).toMatch(/^-+\npve\[1-2\] \(2\)\n-+\nx{1048576}\n\[cut here: 10 more bytes, SHA-256 /u);
  });

  test('only one form is taken', async () => {
    expect(await exec('all', '--raw', '--json', '--', 'true')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--json and --raw are given; one form of output is wanted'),
    });
  });
});

/** Shell text that the first to run it answers unlike the others. */
const oneUnlike = (): string =>
  `echo same; mkdir ${join(server.directory, randomBytes(4).toString('hex'))} 2>/dev/null && echo more; true`;

describe('standard input', () => {
  test('goes to every host, more than is kept in memory too', async () => {
    const piece = Buffer.alloc(1_000_000, 'x');
    const input = Array.from({ length: 4 }, () => piece);
    expect((await execIn({ input }, 'up', '-f', '1', '--', 'wc -c')).stdout).toContain(
      '\npve[1-3] (3)\n---------------\n4000000\n',
    );
  });

  test('may be left unread and stay open', async () => {
    async function* open() {
      yield Buffer.from('first\n');
      await new Promise(() => undefined);
    }
    expect((await execIn({ input: open() }, 'up', '--', 'head -n 1')).stdout).toContain('\nfirst\n');
  });

  test('that fails ends the command', async () => {
    async function* failing() {
      yield Buffer.from('first\n');
      throw new Error('EIO: i/o error');
    }
    const { code, stderr } = await execIn({ input: failing() }, 'pve1', '--', 'cat');
    expect(code).toBe(3);
    expect(stderr).toContain('error: Cannot finish "cat" on pve1: its input could not be read; ');
  });

  test('is empty with -n', async () => {
    expect((await execIn({ input: [Buffer.from('x')] }, 'pve1', '-n', '--', 'wc -c')).stdout).toContain(
      '\n0\n',
    );
  });
});

describe('batches', () => {
  const failOnce = () => `mkdir ${join(server.directory, randomBytes(4).toString('hex'))} && exit 5; true`;

  test('end with the one in which a host failed', async () => {
    const { code, stderr } = await exec('up', '--serial', '1', '--', 'exit 5');
    expect(code).toBe(3);
    expect(stderr).toContain(
      'error: Cannot run "exit 5" on pve2: 1 of the 1 of the batch before failed, so it was not begun there\n',
    );
    expect(stderr).toMatch(/^not begun +2 +pve\[2-3\]\nexit 5 +1 +pve1$/mu);
  });

  test('go on while no more fail than may', async () => {
    const { stderr } = await exec('up', '--serial', '2,1', '--max-fail-percentage', '50', '--', failOnce());
    expect(stderr).toBe(
      'RESULT  HOSTS  NODE SET\nexit 5  1      pve1\n'.replace(
        'pve1',
        stderr.includes('pve2') ? 'pve2' : 'pve1',
      ),
    );
  });

  test.each([
    [['--serial', '0'], '--serial is "0"; hosts at a time are wanted, as 2, 25% or 1,10%,100%'],
    [['--max-fail-percentage', '5'], '--max-fail-percentage is of a batch; --serial is wanted too'],
  ])('%j is refused', async (argv, problem) => {
    expect(await exec('up', ...argv, '--', 'true')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(problem),
    });
  });
});

describe('a script file', () => {
  test('runs with its arguments, by its own interpreter, and leaves the input alone', async () => {
    const path = join(server.directory, 'it.sh');
    await writeFile(
      path,
      '#!/bin/bash -e\necho "${0##*/} $1 ${BASH_VERSION:+bash}"; cat\nfalse\necho never\n',
    );
    const { code, stdout } = await execIn(
      { input: [Buffer.from('in\n')] },
      'pve1',
      '--sh',
      path,
      '--',
      'a b',
    );
    expect(code).toBe(3);
    expect(stdout).toContain('\nit.sh a b bash\nin\n');
    expect(stdout).not.toContain('never');
  });

  test('that is not there, or of another language, is told', async () => {
    const path = join(server.directory, 'it.rb');
    await writeFile(path, '#!/usr/bin/env ruby\nputs 1\n');
    expect((await exec('pve1', '--sh', 'nosuch.sh')).stderr).toContain(
      "Cannot run exec: the script nosuch.sh can't be read: there is no such file; a file is wanted",
    );
    expect((await exec('pve1', '--sh', path)).stderr).toContain(
      'its first line names "/usr/bin/env ruby"; one of sh, bash, dash, zsh, ksh, perl, python3 is wanted',
    );
  });
});

describe('the end of a run', () => {
  test('comes after --run-timeout, hosts that were not begun are told', async () => {
    const { code, stderr } = await exec('up', '-f', '1', '--run-timeout', '3', '--', 'sleep 60');
    expect(code).toBe(3);
    // Which host comes first is decided by whose log-in is.
    expect(stderr).toMatch(/Cannot finish "sleep 60" on pve\d: the run took longer than 3 s; /u);
    expect(stderr).toMatch(/^not begun +2 +pve/mu);
  });
});

describe('the command', () => {
  test('as one argument is shell text, as several is quoted argv', async () => {
    expect((await exec('pve1', '--', 'echo "a  b" | tr a c')).stdout).toContain('\nc  b\n');
    expect((await exec('pve1', '--', 'printf', '%s\\n', 'a  b', '$HOME', '|')).stdout).toContain(
      '\na  b\n$HOME\n|\n',
    );
  });

  test('runs in UTF-8', async () => {
    expect((await exec('pve1', '--', 'echo $LC_ALL grüße')).stdout).toContain('\nC.UTF-8 grüße\n');
  });

  test('is given up after --command-timeout', async () => {
    const { code, stderr } = await exec('pve1', '--command-timeout', '1', '--', 'sleep 60');
    expect(code).toBe(3);
    expect(stderr).toMatch(/^not finished +1 +pve1$/mu);
  });

  test('is shown with --show-commands, after what tells the node who does it', async () => {
    const { stderr } = await exec('pve1', '--show-commands', '--', 'true');
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^pve1: logger -t pvefleet 'run=\S+ step=exec user=\S+ head=\w+' /u),
      expect.stringMatching(
        /^pve1: \(.*keep=\/var\/lib\/pvefleet\/heads .*\) <\/dev\/null >\/dev\/null 2>&1 \|\| :$/u,
      ),
      expect.stringMatching(/^pve1: export LC_ALL=C\.UTF-8 PVEFLEET_COMMAND=[0-9a-f]{16}; true$/u),
      '',
    ]);
  });
});

describe('refusals', () => {
  test('--read-only refuses every command', async () => {
    expect(await exec('all', '--read-only', '--', 'true')).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('Cannot run exec: the mode is read-only'),
    });
  });

  test.each([
    [['--', 'uptime'], 'no hosts are named; a pattern is wanted before "--"'],
    [['all', 'uptime'], 'there is no "--"; the command is wanted after it'],
    [['all', 'pve1', '--', 'uptime'], '"pve1" stands before "--"; one pattern is wanted there'],
    [['all', '--'], 'no command is given; one is wanted after "--"'],
  ])('%j', async (argv, problem) => {
    const { code, stderr } = await exec(...argv);
    expect(code).toBe(1);
    expect(stderr).toContain(`error: Cannot run exec: ${problem}\n`);
  });

  test('an unknown host names the nearest', async () => {
    expect(await exec('pev1', '--', 'true')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no host and no group is called "pev1"; did you mean "pve1"?'),
    });
  });
});

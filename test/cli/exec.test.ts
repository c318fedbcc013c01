import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSsh2Server } from '../conformance/ssh2-server.ts';
import type { TestServer } from '../openssh-server.ts';
import { writeFleetInventory } from './fleet-inventory.ts';
import { runCli } from './run-cli.ts';

let server: TestServer;
let inventory: string;
beforeAll(async () => {
  server = await startSsh2Server();
  inventory = await writeFleetInventory(server);
});
afterAll(() => server.stop());

const exec = (...argv: readonly string[]) => runCli(['exec', '-i', inventory, ...argv]);

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
      'pve1: export LC_ALL=C.UTF-8; true',
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

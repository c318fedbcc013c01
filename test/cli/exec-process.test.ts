import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { TestServer } from '../openssh-server.ts';
import { noOpensshServer, startOpensshServer } from '../openssh-server.ts';
import { processesWith } from '../running-processes.ts';
import { writeFleetInventory } from './fleet-inventory.ts';

const script = fileURLToPath(new URL('../../bin/pvefleet.js', import.meta.url));

/** The process itself, against a real sshd: signals, pipes. */
describe.skipIf(noOpensshServer !== undefined)('pvefleet exec', () => {
  let server: TestServer;
  let inventory: string;
  beforeAll(async () => {
    server = await startOpensshServer();
    inventory = await writeFleetInventory(server);
  });
  afterAll(() => server.stop());

  /** Starts it; stdin is a pipe that stays open. */
  function start(...argv: readonly string[]) {
    const child = spawn(process.execPath, [script, 'exec', '-i', inventory, ...argv]);
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => void (said[stream] += text));
    const ended = once(child, 'close').then(([code, signal]): unknown => code ?? signal);
    return { child, said, ended };
  }

  /** What runs for longer than any test, on both hosts, with a process in a session of its own. */
  function endless() {
    const seconds = randomInt(100_000, 900_000);
    const command = `setsid sleep ${seconds} & echo begun; sleep ${seconds}`;
    return { command, left: () => processesWith(`sleep ${seconds}`) };
  }

  test.each([
    ['SIGINT', 130],
    ['SIGHUP', 'SIGHUP'],
  ] as const)('kills at %s what runs on the nodes', async (signal, ends) => {
    const { command, left } = endless();
    const { child, said, ended } = start('pve1,pve2', '-L', '--', command);
    await vi.waitUntil(
      () => said.stdout.includes('pve1: begun') && said.stdout.includes('pve2: begun'),
      20_000,
    );
    child.kill(signal);
    expect(await ended).toBe(ends);
    expect(said.stderr).toContain('Stopping; Ctrl-C again leaves at once what is under way.');
    expect(said.stderr).toMatch(/ on pve1: interrupted; it was killed, with all it had started$/mu);
    expect(left()).toBe(0);
  });

  test('has sent what kills before a second Ctrl-C ends it', async () => {
    const { command, left } = endless();
    const { child, said, ended } = start('pve1', '-L', '--show-commands', '--', command);
    await vi.waitUntil(() => said.stdout.includes('begun'), 20_000);
    child.kill('SIGINT');
    await vi.waitUntil(() => said.stderr.includes('pve1: mark=$(cat)'), 20_000);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    await vi.waitUntil(() => left() === 0, 20_000);
  });

  test('ends what runs on the nodes when its reader leaves', async () => {
    const { command, left } = endless();
    const { child, said, ended } = start('pve1', '-L', '--', `${command} & while :; do echo y; done`);
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await ended).toBe(3);
    expect(said.stderr).toBe('Nobody reads the output any more: ended on pve1.\n');
    expect(left()).toBe(0);
  });

  test('does not wait for an input that stays open and is not read', async () => {
    const { said, ended } = start('pve1', '--', 'echo done');
    expect(await ended).toBe(0);
    expect(said).toEqual({ stdout: '---------------\npve1 (1)\n---------------\ndone\n', stderr: '' });
  });

  test('passes its input on as it comes', async () => {
    const { child, said, ended } = start('pve1', '--raw', '--', 'cat');
    child.stdin.write('first\n');
    await vi.waitUntil(() => said.stdout === 'first\n', 20_000);
    child.stdin.end('second\n');
    expect(await ended).toBe(0);
    expect(said.stdout).toBe('first\nsecond\n');
  });
});

import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runKillable } from '../../src/fanout/run-killable.ts';
import type { Node } from '../../src/inventory/node.ts';
import type { Pool } from '../../src/transports/pool.ts';
import { createPool } from '../../src/transports/pool.ts';
import { createSshTransport } from '../../src/transports/ssh.ts';
import type { TestServer } from '../openssh-server.ts';
import { noOpensshServer, startOpensshServer } from '../openssh-server.ts';
import { testNode } from './test-node.ts';

describe.skipIf(noOpensshServer !== undefined)('on a real sshd, a command that is cut off', () => {
  let server: TestServer;
  let node: Node;
  let pool: Pool;
  const interrupt = new AbortController();

  beforeAll(async () => {
    server = await startOpensshServer();
    const { host, port, user, keyFile } = server;
    const knownHosts = join(server.directory, 'known_hosts');
    await writeFile(knownHosts, `[${host}]:${port} ${server.hostKeys[0]}\n`);
    node = testNode('pve1', { host, port, user, keyFile, knownHosts: [knownHosts] });
    pool = createPool(createSshTransport({ agentSocket: undefined, directory: server.directory }), {
      forks: 4,
      connectTimeoutSeconds: 20,
      signal: interrupt.signal,
    });
  });
  afterAll(async () => {
    await pool.close();
    await server.stop();
  });

  /** Runs a command that is to be cut off, and gives what was said of it and how many processes sleep that long. */
  async function cutOff(script: (seconds: number) => string, signal?: AbortSignal) {
    const seconds = randomInt(100_000, 900_000);
    const options = signal === undefined ? { timeoutSeconds: 0.5 } : { signal };
    const result = await runKillable(pool, node, script(seconds), options);
    const messages = result.ok ? [] : result.diagnostics.map(({ message }) => message);
    return { seconds, messages, left: processesWith(`sleep ${seconds}`) };
  }

  test.each([
    ['alone', (s: number) => `sleep ${s}`],
    ['with what it started in the background', (s: number) => `sleep ${s} & sleep ${s}`],
    ['with what has a session of its own', (s: number) => `setsid sleep ${s} & wait`],
    ['with what has no environment', (s: number) => `env -i sleep ${s}; echo`],
    ['in a loop', (s: number) => `while :; do sleep ${s}; done`],
    ['with what does not listen to TERM', (s: number) => `sh -c 'trap "" TERM; sleep ${s}; sleep ${s}'`],
  ])('is killed, %s', async (_, script) => {
    const { seconds, messages, left } = await cutOff(script);
    expect(messages).toEqual([
      `Cannot finish "${script(seconds)}" on pve1: no end within 0.5 s; it was killed, with all it had started`,
    ]);
    expect(left).toBe(0);
  });

  test('is killed when the run is interrupted', async () => {
    const running = cutOff((s) => `sleep ${s}`);
    await pool.exec(node, 'true');
    interrupt.abort();
    const { messages, left } = await running;
    expect(messages).toEqual([
      expect.stringMatching(/on pve1: interrupted; (it was killed|nothing of it runs)/u),
    ]);
    expect(left).toBe(0);
  });
});

function processesWith(text: string): number {
  const all = execFileSync('sh', [
    '-c',
    "for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$f; echo; done 2>/dev/null; :",
  ]);
  return all
    .toString()
    .split('\n')
    .filter((line) => line.includes(text)).length;
}

import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fail } from '../../src/diagnostic.ts';
import type { RunKillable } from '../../src/fanout/run-killable.ts';
import { killableRunner } from '../../src/fanout/run-killable.ts';
import type { Node } from '../../src/inventory/node.ts';
import type { Pool } from '../../src/transports/pool.ts';
import { createPool } from '../../src/transports/pool.ts';
import { createSshTransport } from '../../src/transports/ssh.ts';
import { unfinished } from '../../src/transports/trouble.ts';
import type { OutputSink } from '../../src/transports/transport.ts';
import type { TestServer } from '../openssh-server.ts';
import { noOpensshServer, startOpensshServer } from '../openssh-server.ts';
import { processesWith } from '../running-processes.ts';
import { testNode } from './test-node.ts';

describe.skipIf(noOpensshServer !== undefined)('on a real sshd, a command that is cut off', () => {
  let server: TestServer;
  let node: Node;
  let pool: Pool;
  let run: RunKillable;

  beforeAll(async () => {
    server = await startOpensshServer();
    const { host, port, user, keyFile } = server;
    const knownHosts = join(server.directory, 'known_hosts');
    await writeFile(knownHosts, `[${host}]:${port} ${server.hostKeys[0]}\n`);
    node = testNode('pve1', { host, port, user, keyFile, knownHosts: [knownHosts] });
    pool = createPool(createSshTransport({ agentSocket: undefined, directory: server.directory }), {
      forks: 8,
      connectTimeoutSeconds: 20,
    });
    run = killableRunner(pool);
  });
  afterAll(async () => {
    await pool.close();
    await server.stop();
  });

  /** Runs a command that is to be cut off, and gives what was said of it and how many processes sleep that long. */
  async function cutOff(script: (seconds: number) => string, signal?: AbortSignal) {
    const seconds = randomInt(100_000, 900_000);
    const options =
      signal === undefined ? { timeoutSeconds: 1 } : { signal, whyStopped: () => 'it was enough' };
    const result = await run(node, script(seconds), options);
    const messages = result.ok ? [] : result.diagnostics.map(({ message }) => message);
    return { script: script(seconds), messages, left: processesWith(`sleep ${seconds}`) };
  }

  test.each([
    [
      'children, sessions of their own, what has no environment, what does not listen to TERM',
      (s: number) =>
        `setsid sh -c 'sleep ${s} & wait' & env -i sleep ${s} & sh -c 'trap "" TERM; sleep ${s}; sleep ${s}'`,
    ],
    ['what is started again and again', (s: number) => `while :; do sleep ${s}; done`],
  ])('is killed with all that it started: %s', async (_, make) => {
    const { script, messages, left } = await cutOff(make);
    const words = script.length > 60 ? `${script.slice(0, 57)}...` : script;
    expect(messages).toEqual([
      `Cannot finish "${words}" on pve1: no end within 1 s; it was killed, with all it had started`,
    ]);
    expect(left).toBe(0);
  });

  test('leaves what others started alone', async () => {
    const seconds = randomInt(100_000, 900_000);
    const other = spawn('sleep', [String(seconds)], { stdio: 'ignore' });
    await cutOff((s) => `sleep ${s}`);
    expect(processesWith(`sleep ${seconds}`)).toBe(1);
    other.kill();
  });

  test('is killed when the run is stopped, and why is told', async () => {
    const stop = new AbortController();
    const running = cutOff((s) => `sleep ${s}`, stop.signal);
    await pool.exec(node, 'true');
    stop.abort();
    const { messages, left } = await running;
    expect(messages).toEqual([
      expect.stringMatching(/on pve1: it was enough; (it was killed|nothing of it runs)/u),
    ]);
    expect(left).toBe(0);
  });

  test('holds back a node that is faster than its output is taken', async () => {
    const path = join(server.directory, 'written');
    const mebibyte = 2 ** 20;
    const writeMuch = `i=0; while [ $i -lt 64 ]; do head -c ${mebibyte} /dev/zero; i=$((i+1)); echo $i >${path}; done`;
    let taken = 0;
    let mostAhead = 0;
    const sink: OutputSink = async (_, chunk) => {
      taken += chunk.length;
      const written = Number(await readFile(path, 'utf8').catch(() => '0')) * mebibyte;
      mostAhead = Math.max(mostAhead, written - taken);
    };
    const result = await run(node, writeMuch, { sink });
    expect(result).toMatchObject({ ok: true, value: { exit: 0 } });
    expect(taken).toBe(64 * mebibyte);
    expect(mostAhead).toBeLessThan(8 * mebibyte);
  });
});

test.each([
  ['id', '"id"'],
  ['echo "on pve1: "', '"echo "on pve1: ""'],
  [`sleep 1\n# ${'x'.repeat(80)}`, '"sleep 1..."'],
])('a command that is lost is told as it was given: %j', async (script, shown) => {
  const pve1 = testNode('pve1');
  const lost = async (to: Node, command: string) =>
    fail(unfinished(to, 'lost', command, 'the connection was lost while it ran'));
  for (const options of [{}, { before: 'logger -t pvefleet run=x </dev/null >/dev/null 2>&1 || :\n' }])
    expect(await killableRunner({ exec: lost })(pve1, script, options)).toMatchObject({
      diagnostics: [{ message: `Cannot finish ${shown} on pve1: the connection was lost while it ran` }],
    });
});

import { homedir } from 'node:os';
import { expect, test, vi } from 'vitest';
import type { Node } from '../../src/inventory/node.ts';
import { createTransportByNode } from '../../src/transports/by-node.ts';
import type { Connection } from '../../src/transports/transport.ts';
import { error, value } from '../conformance/outcome.ts';

const node: Node = {
  name: 'pve1',
  groups: ['all'],
  variables: {},
  connection: { host: 'pve1', port: 22, user: 'root', knownHosts: [], transport: 'local' },
};

const connect = async (): Promise<Connection> =>
  value(await createTransportByNode().connect(node, { timeoutSeconds: 20 }));

test('a node whose transport is local runs its commands on this machine, in the home directory', async () => {
  const connection = await connect();
  expect(value(await connection.exec('pwd; echo $PPID')).stdout.toString()).toBe(
    `${homedir()}\n${process.pid}\n`,
  );
  await connection.close();
});

test.each([
  ['what a command started', 'sleep 1000 & echo $!; wait'],
  ['what does not listen', 'trap "" TERM; echo $$; while :; do sleep 1; done'],
])('%s ends with it', async (_, command) => {
  const connection = await connect();
  const abort = new AbortController();
  let pid = 0;
  const result = await connection.exec(command, {
    signal: abort.signal,
    onOutput: (_stream, chunk) => {
      pid = Number(chunk.toString());
      abort.abort();
    },
  });
  expect(error(result)).toMatchObject({ code: 'transport/aborted' });
  await connection.close();
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 10_000);
});

test('a command longer than a process may be given is a diagnostic', async () => {
  const connection = await connect();
  const long = `: ${'x'.repeat(3_000_000)}`;
  expect(error(await connection.exec(long))).toMatchObject({
    code: 'transport/too-long',
    message: expect.stringContaining('it has 3000002 bytes'),
  });
  await connection.close();
});

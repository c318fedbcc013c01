import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/diagnostic.ts';
import { fail, ok } from '../../src/diagnostic.ts';
import { retryingDropped } from '../../src/fanout/retry-dropped.ts';
import type { Node } from '../../src/inventory/node.ts';
import type { Connection } from '../../src/transports/transport.ts';
import { unreachable } from '../../src/transports/trouble.ts';
import { testNode } from './test-node.ts';

const node = testNode('pve1');
const open = ok<Connection>({
  exec: () => Promise.reject(new Error('not called')),
  close: () => Promise.resolve(),
});
const dropped = fail(unreachable(node, 'reset', 'the server closed the connection while logging in'));

/** A transport that gives these answers, the last one for ever, and counts. */
function answering(...answers: readonly Result<Connection>[]) {
  let calls = 0;
  const connect = () => Promise.resolve(answers[Math.min(calls++, answers.length - 1)] ?? dropped);
  return { transport: { connect }, calls: () => calls };
}

const patience = { tries: 4, firstWaitSeconds: 0.001, random: () => 0.5 };

describe('a connection that the server drops', () => {
  test('is tried again until it holds', async () => {
    const { transport, calls } = answering(dropped, dropped, open);
    expect(await retryingDropped(transport, patience).connect(node, { timeoutSeconds: 5 })).toBe(open);
    expect(calls()).toBe(3);
  });

  test('is given up after so many tries, with the reason of the last', async () => {
    const { transport, calls } = answering(dropped);
    expect(await retryingDropped(transport, patience).connect(node, { timeoutSeconds: 5 })).toBe(dropped);
    expect(calls()).toBe(4);
  });

  test('with the words of sshd is one of them', async () => {
    const told = fail(unreachable(node, 'dropped', 'sshd takes no more log-ins at the moment'));
    const { transport, calls } = answering(told, open);
    expect(await retryingDropped(transport, patience).connect(node, { timeoutSeconds: 5 })).toBe(open);
    expect(calls()).toBe(2);
  });

  test('and others to its address are tried again one by one', async () => {
    let running = 0;
    let most = 0;
    const tried = new Set<string>();
    const connect = async ({ name }: Node) => {
      const isFirst = !tried.has(name);
      tried.add(name);
      if (isFirst) return dropped;
      most = Math.max(most, ++running);
      await turn();
      running--;
      return open;
    };
    const transport = retryingDropped({ connect }, patience);
    const names = Array.from({ length: 20 }, (_, number) => `pve${number}`);
    const ended = await Promise.all(
      names.map((name) => transport.connect(testNode(name), { timeoutSeconds: 5 })),
    );
    expect([ended.every((each) => each === open), most]).toEqual([true, 1]);
  });

  test('is not waited for longer than connecting may take', async () => {
    const { transport, calls } = answering(dropped, open);
    const long = { ...patience, firstWaitSeconds: 60 };
    expect(await retryingDropped(transport, long).connect(node, { timeoutSeconds: 5 })).toBe(dropped);
    expect(calls()).toBe(1);
  });

  test('is not tried again once the run is interrupted', async () => {
    const { transport, calls } = answering(dropped, open);
    const options = { timeoutSeconds: 5, signal: AbortSignal.abort() };
    expect(await retryingDropped(transport, patience).connect(node, options)).toBe(dropped);
    expect(calls()).toBe(1);
  });
});

test.each(['refused', 'host-key-changed', 'login-refused', 'timeout', 'not-ssh'])(
  'transport/%s is not tried again',
  async (code) => {
    const { transport, calls } = answering(fail(unreachable(node, code, 'so it is')), open);
    await retryingDropped(transport, patience).connect(node, { timeoutSeconds: 5 });
    expect(calls()).toBe(1);
  },
);

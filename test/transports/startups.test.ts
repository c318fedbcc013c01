import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { fail, ok } from '../../src/diagnostic.ts';
import { createStartups } from '../../src/transports/startups.ts';
import { unreachable } from '../../src/transports/trouble.ts';
import { testNode } from '../fanout/test-node.ts';

const route = { node: testNode('pve1'), through: { kind: 'direct' } } as const;

test('a server that drops what is too much for it gets no more at once than it takes', async () => {
  const startups = createStartups();
  let running = 0;
  const atOnce: number[] = [];
  const logIn = async () => {
    atOnce.push(++running);
    const tooMany = running > 2;
    await turn();
    running--;
    return tooMany ? fail(unreachable(route.node, 'dropped', 'sshd takes no more log-ins')) : ok(undefined);
  };
  await Promise.all(Array.from({ length: 40 }, () => startups(route, logIn)));
  expect(Math.max(...atOnce)).toBe(8);
  expect(Math.max(...atOnce.slice(-20))).toBeLessThanOrEqual(2);
});

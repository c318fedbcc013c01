import { expect, test } from 'vitest';
import type { Node } from '../../src/inventory/node.ts';
import { membersAmong } from '../../src/snapshot/members-among.ts';
import type { NodeAnswer } from '../../src/snapshot/read-answer.ts';

const host = (name: string, address = name): Node =>
  ({ name, groups: ['all'], variables: {}, connection: { host: address } }) as unknown as Node;

/** What pve1 says of a cluster of three. */
const answer = {
  host: 'one',
  node: 'pve1',
  membership: {
    quorate: true,
    nodes: {
      pve1: { id: 1, online: true, ip: '10.0.0.1' },
      pve2: { id: 2, online: true, ip: '10.0.0.2' },
      pve3: { id: 3, online: false, ip: '10.0.0.3' },
    },
  },
} as unknown as NodeAnswer;

const among = (...hosts: readonly Node[]): readonly string[] =>
  membersAmong(hosts, [answer]).map(({ name }) => name);

test('other nodes of a cluster are known by their address, or by the first part of a name', () => {
  const elsewhere = host('far', '10.9.9.9');
  expect(among(host('two', '10.0.0.2'), host('pve3.example.org', '192.0.2.3'), elsewhere)).toEqual([
    'two',
    'pve3.example.org',
  ]);
  expect(among(host('a', 'pve2.example.org'), host('b', 'pve3'), elsewhere)).toEqual(['a', 'b']);
});

test('where no host fits a node, any may be it; where none is missing, nobody is asked', () => {
  expect(among(host('pve2'), host('x'), host('y'))).toEqual(['pve2', 'x', 'y']);
  const lone = { host: 'edge', node: 'edge' } as unknown as NodeAnswer;
  expect(membersAmong([host('pve2')], [lone])).toEqual([]);
});

import { expect, onTestFinished, test } from 'vitest';
import type { Exec } from '../../src/apply/exec.ts';
import { fail, ok } from '../../src/diagnostic.ts';
import type { Node } from '../../src/inventory/node.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import { survey } from '../../src/snapshot/survey.ts';
import type { FakeNode } from './fake-root.ts';
import { fakeNode, membersText } from './fake-root.ts';

function host(name: string, variables: Record<string, unknown> = {}, address = name): Node {
  return {
    name,
    groups: ['all'],
    variables,
    connection: { host: address, port: 22, user: 'root', knownHosts: [] },
  };
}

const downNow: Exec = (name) =>
  Promise.resolve(
    fail({
      code: 'transport/refused',
      severity: 'error',
      trouble: 'unreachable',
      message: `Cannot connect to ${name}: connection refused`,
      host: name,
    }),
  );

/** Surveys fake nodes, by inventory name; `down` ones refuse the connection. */
async function surveyOf(
  nodes: Readonly<Record<string, FakeNode | 'down' | 'garbage'>>,
  inventory = Object.keys(nodes).map((name) => host(name)),
): Promise<{ found: Survey; execs: readonly string[] }> {
  const execs: string[] = [];
  const running = new Map<string, Awaited<ReturnType<typeof fakeNode>>>();
  for (const [name, node] of Object.entries(nodes)) {
    if (typeof node === 'string') continue;
    const made = await fakeNode(node);
    onTestFinished(made.remove);
    running.set(name, made);
  }
  const exec: Exec = async (name, script, options) => {
    execs.push(name);
    const node = running.get(name);
    if (nodes[name] === 'garbage')
      return ok({
        exit: 1,
        stdout: Buffer.from('This account is not available.\n'),
        stderr: Buffer.alloc(0),
      });
    if (node === undefined) return downNow(name, script, options);
    return ok({ exit: 0, stdout: await node.run(script), stderr: Buffer.alloc(0) });
  };
  return { found: await survey(inventory, exec), execs };
}

function member(
  self: string,
  nodes: Readonly<Record<string, boolean>>,
  { quorate = true, cluster = 'prod', files = {} } = {},
): FakeNode {
  return {
    node: self,
    files: {
      '/etc/pve/.members': membersText(self, cluster, quorate, nodes),
      '/etc/pve/storage.cfg': `dir: from-${self}\n`,
      ...files,
    },
  };
}

const three = { pve1: true, pve2: true, pve3: true };

test('a cluster is one snapshot, its tree sent once', async () => {
  const { found, execs } = await surveyOf({
    a: member('pve1', three),
    b: member('pve2', three),
    c: member('pve3', three),
  });
  expect(execs).toEqual(['a', 'b', 'c']);
  expect(found.unreachable).toEqual([]);
  expect(found.clusters).toMatchObject([
    {
      cluster: 'prod',
      quorate: true,
      nodes: { pve1: { host: 'a' }, pve2: { host: 'b' }, pve3: { host: 'c' } },
      files: { '/etc/pve/storage.cfg': 'dir: from-pve1\n' },
    },
  ]);
});

test('lone nodes are snapshots of their own, without quorum to lose', async () => {
  const { found } = await surveyOf({ a: { node: 'pve1' }, b: { node: 'pve9' } });
  expect(found.clusters.map(({ cluster }) => cluster)).toEqual(['pve1', 'pve9']);
  expect(found.clusters[0]).not.toHaveProperty('quorate');
});

test('when the one that should send the tree was not asked, another is asked again', async () => {
  const { found, execs } = await surveyOf({ b: member('pve2', three), c: member('pve3', three) });
  expect(execs).toEqual(['b', 'c', 'b']);
  expect(found.clusters[0]?.files).toMatchObject({ '/etc/pve/storage.cfg': 'dir: from-pve2\n' });
  expect(found.clusters[0]?.nodes['pve1']).toEqual({
    unknown:
      'no host that was asked is node pve1 of prod (add it to the inventory: pve1 with ansible_host 10.10.10.11)',
  });
});

test('a node that is down is named, and is unknown in its cluster', async () => {
  const { found } = await surveyOf({
    pve1: member('pve1', { ...three, pve3: false }),
    pve2: member('pve2', { ...three, pve3: false }),
    pve3: 'down',
  });
  expect(found.unreachable).toMatchObject([{ host: 'pve3', trouble: 'unreachable' }]);
  expect(found.clusters[0]?.nodes['pve3']).toEqual({
    unknown: 'host pve3 gave no answer (Cannot connect to pve3: connection refused)',
  });
});

test('without quorum the tree is read all the same, and said to be without', async () => {
  const alone = { pve1: true, pve2: false, pve3: false };
  const { found, execs } = await surveyOf({ a: member('pve1', alone, { quorate: false }) });
  expect(execs).toEqual(['a', 'a']);
  expect(found.clusters).toMatchObject([
    { quorate: false, files: { '/etc/pve/storage.cfg': 'dir: from-pve1\n' } },
  ]);
});

test('the quorate part of a split cluster is believed', async () => {
  const { found } = await surveyOf({
    a: member('pve1', { pve1: true, pve2: false, pve3: false }, { quorate: false }),
    b: member('pve2', { pve1: false, pve2: true, pve3: true }),
    c: member('pve3', { pve1: false, pve2: true, pve3: true }),
  });
  expect(found.clusters).toMatchObject([
    { quorate: true, files: { '/etc/pve/storage.cfg': 'dir: from-pve2\n' }, nodes: { pve1: { host: 'a' } } },
  ]);
});

test('what is no answer is a row with what was said', async () => {
  const { found } = await surveyOf({ a: 'garbage', b: { node: 'pve1' } });
  expect(found.clusters).toHaveLength(1);
  expect(found.unreachable).toMatchObject([
    {
      code: 'probe/no-answer',
      host: 'a',
      message: expect.stringContaining('This account is not available.') as unknown,
    },
  ]);
});

test('a member whose /etc/pve is gone stays in its cluster, and is told of', async () => {
  const broken: FakeNode = {
    node: 'pve2',
    vms: [100],
    files: { '/proc/mounts': '', '/etc/corosync/corosync.conf': 'totem {\n  cluster_name: prod\n}\n' },
  };
  const { found } = await surveyOf({ a: member('pve1', three), b: broken });
  expect(found.clusters).toMatchObject([
    { cluster: 'prod', nodes: { pve2: { host: 'b', running: { vms: [100] } } } },
  ]);
  expect(found.unreachable).toMatchObject([{ code: 'survey/etc-pve', host: 'b', trouble: 'failed' }]);
});

test('a lone node whose /etc/pve is gone has unknown files, not none', async () => {
  const { found } = await surveyOf({ a: { node: 'pve1', files: { '/proc/mounts': '' } } });
  expect(found.clusters).toMatchObject([
    {
      cluster: 'pve1',
      files: { unknown: '/etc/pve of a could not be read (it is not mounted, so pve-cluster does not run)' },
    },
  ]);
});

test('a connection that breaks off after the facts still gives them', async () => {
  const node = await fakeNode({ node: 'pve1' });
  onTestFinished(node.remove);
  const found = await survey([host('a')], async (_host, script, options) => {
    const output = await node.run(script);
    options?.onOutput?.('stdout', output.subarray(0, output.indexOf('power ok') + 12));
    return downNow('a', script, options);
  });
  expect(found.clusters).toMatchObject([
    {
      nodes: { pve1: { host: 'a' } },
      files: { unknown: '/etc/pve of a could not be read (the answer was cut)' },
    },
  ]);
});

test('two hosts that are one node are told of', async () => {
  const { found } = await surveyOf({ a: { node: 'pve1' }, b: { node: 'pve1' } });
  expect(found.clusters).toMatchObject([{ cluster: 'pve1', nodes: { pve1: { host: 'a' } } }]);
  expect(found.unreachable).toMatchObject([{ code: 'survey/same-node', host: 'b' }]);
});

const otherBoot = { '/proc/sys/kernel/random/boot_id': 'another\n' };

test('two lone nodes of one name are an error', async () => {
  const { found } = await surveyOf({ a: { node: 'pve' }, b: { node: 'pve', files: otherBoot } });
  expect(found.clusters).toEqual([]);
  expect(found.unreachable).toMatchObject([
    {
      code: 'survey/same-name',
      host: 'a',
      message:
        'Cannot tell two clusters named "pve" apart: a is in one, b in another; their names must differ',
    },
    { code: 'survey/same-name', host: 'b' },
  ]);
});

test('until pvefleet_cluster renames one', async () => {
  const { found } = await surveyOf({ a: { node: 'pve' }, b: { node: 'pve', files: otherBoot } }, [
    host('a'),
    host('b', { pvefleet_cluster: 'site-b' }),
  ]);
  expect(found.unreachable).toEqual([]);
  expect(found.clusters.map(({ cluster }) => cluster)).toEqual(['pve', 'site-b']);
});

test('two clusters of one name are kept apart by their members', async () => {
  const { found } = await surveyOf(
    { a: member('pve1', { pve1: true }), b: member('node7', { node7: true }) },
    [host('a'), host('b', { pvefleet_cluster: 'prod-b' })],
  );
  expect(found.clusters.map(({ cluster, nodes }) => [cluster, ...Object.keys(nodes)])).toEqual([
    ['prod', 'pve1'],
    ['prod-b', 'node7'],
  ]);
});

test('a cluster name that could not stand in an address is refused', async () => {
  const { found } = await surveyOf({ a: { node: 'pve' } }, [host('a', { pvefleet_cluster: 'x/y' })]);
  expect(found.unreachable).toMatchObject([{ code: 'survey/cluster-name', host: 'a' }]);
  expect(found.clusters).toMatchObject([{ cluster: 'pve' }]);
});

test('a connection that breaks off before them is a node that gave no answer', async () => {
  const found = await survey([host('a')], () =>
    Promise.resolve(
      fail({
        code: 'transport/connection-lost',
        severity: 'error',
        trouble: 'failed',
        message: 'Cannot finish "x" on a: the connection was lost',
        host: 'a',
      }),
    ),
  );
  expect(found).toMatchObject({
    clusters: [],
    unreachable: [
      {
        code: 'transport/connection-lost',
        trouble: 'unreachable',
        host: 'a',
        message: expect.stringMatching(/^Cannot read what a is: /u) as unknown,
      },
    ],
  });
});

test('when the second exec fails too, the files are unknown and the host is named', async () => {
  const node = await fakeNode(member('pve2', three));
  onTestFinished(node.remove);
  const exec: Exec = async (name, script, options) =>
    script.includes('mode=tree')
      ? downNow(name, script, options)
      : ok({ exit: 0, stdout: await node.run(script), stderr: Buffer.alloc(0) });
  const found = await survey([host('b')], exec);
  expect(found.clusters).toMatchObject([
    { nodes: { pve2: { host: 'b' } }, files: { unknown: 'b did not send it' } },
  ]);
  expect(found.unreachable).toMatchObject([{ host: 'b', code: 'transport/refused' }]);
});

test('a host that is no PVE node is told of as such', async () => {
  const { found } = await surveyOf({
    web: { node: 'web', files: { '/proc/mounts': '', '/var/lib/dpkg/status': '' } },
  });
  expect(found.unreachable).toMatchObject([
    { host: 'web', hint: 'If web is no Proxmox VE node, take it out of the inventory.' },
  ]);
});

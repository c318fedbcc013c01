import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listingKinds } from '../../src/listing/kinds.ts';
import { saveSurvey } from '../../src/snapshot/saved-survey.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import { snapshotWith, stateOf } from '../snapshot/sample.ts';
import { runCli } from './run-cli.ts';

const prod: Snapshot = {
  ...snapshotWith({
    '/etc/pve/nodes/pve1/qemu-server/100.conf':
      'name: web\ncores: 2\nsockets: 2\nmemory: 2048\ntags: a;b\nlock: backup\n',
    '/etc/pve/nodes/pve2/lxc/200.conf': 'hostname: c1\nmemory: 256\n',
    '/etc/pve/ha/resources.cfg': 'vm: 100\n',
  }),
  nodes: {
    pve1: stateOf('pve1', { vms: [100], containers: [] }),
    pve2: { unknown: 'host far gave no answer (Cannot connect to far: no route)' },
  },
};
const survey: Survey = {
  clusters: [
    {
      cluster: 'edge',
      nodes: { edge: { ...stateOf('edge'), uptime: 100_000 } },
      files: { unknown: 'it was not mounted' },
      digests: {},
    },
    prod,
  ],
  unreachable: [
    {
      code: 'transport/refused',
      severity: 'error',
      trouble: 'unreachable',
      message: 'Cannot connect to far: no route',
      host: 'far',
    },
  ],
};

let from: string;
beforeAll(async () => {
  from = await mkdtemp(join(tmpdir(), 'pvefleet-ls-'));
  await saveSurvey(survey, from);
});
afterAll(() => rm(from, { recursive: true, force: true }));

const ls = (...argv: readonly string[]) => runCli(['ls', ...argv, '--from', from]);

test('guests of all clusters are one table; what is not known is said so', async () => {
  const { stdout, stderr, code } = await ls('guests');
  expect(stdout).toBe(
    [
      'VMID  NAME  TYPE       STATUS   NODE  CLUSTER',
      '100   web   vm         running  pve1  prod',
      '200   c1    container  unknown  pve2  prod',
      '',
    ].join('\n'),
  );
  expect(stderr).toContain('Cannot connect to far');
  expect(code).toBe(4);
});

test('wide adds sizes, tags, HA and locks', async () => {
  const { stdout } = await ls('guests', '-o', 'wide');
  expect(stdout.split('\n').slice(0, 2)).toEqual([
    'VMID  NAME  TYPE       STATUS   NODE  CLUSTER  CORES  MEMORY   TAGS  HA       LOCK',
    '100   web   vm         running  pve1  prod     4      2 GiB    a;b   managed  backup',
  ]);
});

test('a node that gave no answer is a row', async () => {
  const { stdout, code } = await ls('nodes');
  expect(stdout).toBe(
    [
      'NAME  HOST    CLUSTER  VERSION  STATUS       CPUS     MEMORY   UPTIME   RUNNING',
      'edge  h-edge  edge     9.2.11   online       4        8 GiB    1d 3h    0/unknown',
      'pve1  h-pve1  prod     9.2.11   online       4        8 GiB    1min     1/1',
      'pve2  far     prod     unknown  unreachable  unknown  unknown  unknown  unknown/1',
      '',
    ].join('\n'),
  );
  expect(code).toBe(4);
});

test('names are addresses, one a line', async () => {
  expect((await ls('guests', '-o', 'name')).stdout).toBe('vm/100@prod\ncontainer/200@prod\n');
  expect((await ls('nodes', '-o', 'name')).stdout).toBe('node/edge@edge\nnode/pve1@prod\nnode/pve2@prod\n');
});

test('json and yaml hold everything, numbers as numbers', async () => {
  const guests: unknown = JSON.parse((await ls('guests', '--json')).stdout);
  expect(guests).toEqual([
    {
      vmid: 100,
      name: 'web',
      type: 'vm',
      status: 'running',
      node: 'pve1',
      cluster: 'prod',
      cores: 4,
      memory: 2048,
      tags: 'a;b',
      ha: 'managed',
      lock: 'backup',
    },
    {
      vmid: 200,
      name: 'c1',
      type: 'container',
      status: 'unknown',
      node: 'pve2',
      cluster: 'prod',
      cores: null,
      memory: 256,
      tags: null,
      ha: null,
      lock: null,
    },
  ]);
  expect((await ls('nodes', '-o', 'yaml')).stdout).toContain('- name: edge\n  host: h-edge\n');
});

test.each([
  [['frogs'], '"frogs" can\'t be listed'],
  [[], 'it is not said what'],
  [['nodes', 'pve1'], 'a saved survey'],
  [['gests'], 'did you mean "guests"?'],
  [['guests', '--where', 'nam=web'], 'did you mean "name"?'],
])('ls %j is refused', async (argv, message) => {
  const { code, stderr } = await ls(...argv);
  expect(code).toBe(1);
  expect(stderr).toContain(message);
});

test('--where chooses rows in every format', async () => {
  expect((await ls('guests', '--where', 'type=vm', '-o', 'name')).stdout).toBe('vm/100@prod\n');
  expect((await ls('guests', '-w', 'tags=b', '-w', 'status!=stopped', '-o', 'name')).stdout).toBe(
    'vm/100@prod\n',
  );
  expect((await ls('guests', '-w', 'name~^c', '-o', 'name')).stdout).toBe('container/200@prod\n');
  expect(JSON.parse((await ls('nodes', '-w', 'name=none', '--json')).stdout)).toEqual([]);
});

test('every kind lists, though there is nothing of it', async () => {
  for (const { kind } of listingKinds) {
    const { stdout } = await ls(kind);
    expect(stdout).toMatch(/^[A-Z]+  .*CLUSTER/u);
  }
});

test('a copy of /etc/pve is listed too, and becomes a survey', async () => {
  const copy = join(from, 'prod', 'etc', 'pve');
  const { stdout, code } = await runCli(['ls', 'guests', '--from', copy]);
  expect(stdout).toMatch(/^100 +web +vm +unknown +pve1 +pve1$/mu);
  expect(code).toBe(0);
  const again = join(from, 'again');
  expect(await runCli(['survey', '-o', again, '--from', copy])).toMatchObject({ code: 0 });
  expect((await runCli(['ls', 'guests', '--from', again])).stdout).toBe(stdout);
});

test('survey wants a directory', async () => {
  expect(await runCli(['survey'])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('-o DIR is wanted') as unknown,
  });
});

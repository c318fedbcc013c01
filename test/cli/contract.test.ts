import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { labSurvey } from '../lab-snapshot.ts';
import { offline } from './offline.ts';
import { runCli } from './run-cli.ts';

const survey = labSurvey({
  files: {
    '/etc/pve/nodes/pve1/qemu-server/101.conf':
      'cores: 2\nmemory: 2048\nname: web-101\nscsi0: local-lvm:vm-101-disk-0,size=20G\ndescription: 12\n',
    '/etc/pve/nodes/pve2/qemu-server/102.conf': 'cores: 2\nname: web-102\n',
    '/etc/pve/nodes/pve3/lxc/200.conf': 'hostname: dns\nmemory: 512\n',
  },
  live: [101],
});

const document = `\
vms:
  - { vmid: 101, cores: 4, memory: 2048, network: { bridge: vmbr0, model: virtio } }
  - { vmid: 102, name: web-102 }
  - { vmid: 103, node: pve1, name: new, cores: 1 }
containers:
  - { vmid: 200, state: absent }
`;

/** The contract's own shape: how many keys an action has, and what is in it, decides whether others can read it. */
describe('diff', () => {
  it('has an action for each resource, and hashes of both sides', async () => {
    const { run } = await offline(survey, document);
    const { code, stdout, stderr } = await run('diff', '--json');
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({
      plugin: 'proxmox',
      actions: [
        {
          Modify: {
            resource: 'vm/101@lab',
            changes: { cores: 4, net0: { bridge: 'vmbr0', model: 'virtio' } },
          },
        },
        { NoOp: { resource: 'vm/102@lab' } },
        { Create: { resource: 'vm/103@lab', config: { node: 'pve1', vmid: 103, name: 'new', cores: 1 } } },
        { Delete: { resource: 'container/200@lab' } },
      ],
      metadata: {
        timestamp: expect.any(Number),
        current_hash: expect.stringMatching(/^[0-9a-f]{64}$/u),
        desired_hash: expect.stringMatching(/^[0-9a-f]{64}$/u),
      },
    });
  });

  it('hashes what the resources are: another guest makes no difference, a change of theirs does', async () => {
    const hash = async (files: Readonly<Record<string, string>>): Promise<unknown> => {
      const { run } = await offline(labSurvey({ files }), 'vms: [{ vmid: 101, cores: 2 }]');
      const diff = JSON.parse((await run('diff')).stdout) as { metadata: { current_hash: string } };
      return diff.metadata.current_hash;
    };
    const path = '/etc/pve/nodes/pve1/qemu-server/101.conf';
    const first = await hash({ [path]: 'cores: 2\nname: a\n' });
    expect(await hash({ [path]: 'name: a\ncores: 2\n', '/etc/pve/nodes/pve1/qemu-server/9.conf': '' })).toBe(
      first,
    );
    expect(await hash({ [path]: 'cores: 2\nname: b\n' })).not.toBe(first);
  });

  it('has no secret, and says so', async () => {
    const hashes = ['hunter22', 'hunter23'].map(async (secret) => {
      const guest = `{ vmid: 103, node: pve1, cores: 1, ide2: "local-lvm:cloudinit", cipassword: ${secret} }`;
      const { run } = await offline(survey, `vms: [${guest}]`);
      const { code, stdout, stderr } = await run('diff', '--json');
      expect([code, stdout.includes(secret)]).toEqual([0, false]);
      expect(stderr).toContain('The diff has no cipassword of vm/103@lab: a secret is no part of a diff');
      return (JSON.parse(stdout) as { metadata: { desired_hash: string } }).metadata.desired_hash;
    });
    expect(new Set(await Promise.all(hashes)).size).toBe(1);
  });

  it('is not printed in part', async () => {
    const { run } = await offline(survey, document.replace('name: new', 'scsi0: "nowhere:8"'));
    const { code, stdout, stderr } = await run('diff');
    expect([code, stdout]).toEqual([6, '']);
    expect(stderr).toContain('Cannot print the diff: 1 of 4 resources could not be compared');
  });
});

describe('query', () => {
  it('prints a document of which the diff is nothing but NoOp', async () => {
    const { bare, run, document: file } = await offline(survey, document);
    const { code, stdout, stderr } = await bare('query', '--json');
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({
      cluster: 'lab',
      vms: [
        {
          vmid: 101,
          node: 'pve1',
          cores: 2,
          memory: 2048,
          name: 'web-101',
          scsi0: 'local-lvm:vm-101-disk-0,size=20G',
          description: '12',
          state: 'running',
        },
        { vmid: 102, node: 'pve2', cores: 2, name: 'web-102', state: 'stopped' },
      ],
      containers: [{ vmid: 200, node: 'pve3', hostname: 'dns', memory: 512, state: 'stopped' }],
    });
    await writeFile(file, stdout);
    const diff = JSON.parse((await run('diff')).stdout) as { actions: readonly unknown[] };
    expect(diff.actions).toEqual(
      ['vm/101@lab', 'vm/102@lab', 'container/200@lab'].map((resource) => ({ NoOp: { resource } })),
    );
  });

  it('wants one cluster', async () => {
    const two = {
      clusters: [...survey.clusters, ...labSurvey({ cluster: 'prod' }).clusters],
      unreachable: [],
    };
    const { bare } = await offline(two, document);
    expect(await bare('query')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('there are the clusters lab, prod; --cluster NAME is wanted'),
    });
    expect(JSON.parse((await bare('query', '--cluster', 'prod')).stdout)).toEqual({
      cluster: 'prod',
      vms: [],
      containers: [],
    });
  });

  it('tells what the contract may count on', async () => {
    const { stdout } = await runCli(['query', '--capabilities', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      name: 'proxmox',
      version: '1.0.0',
      supports_rollback: true,
      supports_checkpoints: true,
      supports_verification: true,
      atomic_operations: false,
    });
  });
});

describe('apply of a diff', () => {
  it.each([
    [{ plugin: 'net' }, 'it is for the plugin "net"; "proxmox" is wanted'],
    [{ actions: [{ Rename: { resource: 'vm/1@lab' } }] }, '"actions.0" is wrong'],
    [{ actions: [{ Delete: { resource: 'web-101' } }] }, 'the resource "web-101" is none'],
    [{ actions: [{ Create: { resource: 'vm/101@lab', config: { coers: 1 } } }] }, 'did you mean "cores"'],
  ])('that is wrong is told before anything is connected to: %j', async (wrong, message) => {
    const { document: file } = await offline(survey, document);
    const metadata = { timestamp: 1, current_hash: 'a', desired_hash: 'b' };
    await writeFile(file, JSON.stringify({ plugin: 'proxmox', actions: [], metadata, ...wrong }));
    expect(await runCli(['apply', file, '--yes'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(message),
    });
  });
});

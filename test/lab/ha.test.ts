import { expect, onTestFinished, test, vi } from 'vitest';
import { createCluster } from '../../lab/src/cluster.ts';
import { runHa } from '../../lab/src/ha/daemons.ts';
import { manage } from '../../lab/src/ha/manager.ts';
import { readStatus } from '../../lab/src/ha/status.ts';
import type { Machine } from '../../lab/src/machine.ts';
import { pveCommands } from '../../lab/src/pve/commands.ts';

function lab(traits: Readonly<Record<string, { readonly kvm: boolean }>> = {}) {
  const cluster = createCluster({
    name: 'lab',
    nodes: ['pve1', 'pve2', 'pve3'].map((name, index) => ({
      name,
      ip: `10.0.0.${index + 1}`,
      ...(traits[name] !== undefined && { traits: traits[name] }),
    })),
    sleep: () => Promise.resolve(),
  });
  const machineOf = (name: string): Machine => {
    const machine = cluster.machines.get(name);
    if (machine === undefined) throw new Error(`no ${name}`);
    return machine;
  };
  const run = async (node: string, line: string): Promise<string> => {
    const [program = '', ...argv] = line.split(' ');
    const input = { stdin: '', env: { LC_ALL: 'C.UTF-8' }, signal: new AbortController().signal };
    const { stdout, stderr } = (await pveCommands.get(program)?.(machineOf(node), argv, input)) ?? {
      stdout: '',
      stderr: 'no such program',
    };
    return stdout + stderr;
  };
  const services = () => readStatus(machineOf('pve1'))?.service_status;
  return { cluster, machineOf, run, services };
}

test("HA's manager forgets a command for a service that it takes up in the same round", async () => {
  const { machineOf, run, services } = lab();
  await run('pve1', 'qm create 100 --memory 64');
  await run('pve1', 'ha-manager add vm:100');
  expect(await run('pve1', 'ha-manager status')).toContain('service vm:100 (pve1, queued)');
  await run('pve1', 'ha-manager crm-command stop vm:100 60');
  manage(machineOf('pve1'));
  expect(machineOf('pve1').files.read('/etc/pve/ha/crm_commands')).toBe('');
  expect(services()).toMatchObject({ 'vm:100': { state: 'started', node: 'pve1' } });
  await run('pve1', 'ha-manager crm-command stop vm:100 60');
  manage(machineOf('pve1'));
  expect(services()).toMatchObject({ 'vm:100': { state: 'request_stop', timeout: '60' } });
  expect(machineOf('pve1').files.read('/etc/pve/ha/resources.cfg')).toContain('state stopped');
});

test('HA starts, moves from a node in maintenance and back, relocates what does not start, and leaves alone what it ignores', async () => {
  const { cluster, run, services } = lab({ pve3: { kvm: false } });
  onTestFinished(runHa(cluster, 0.002));
  const becomes = (expected: unknown) =>
    vi.waitFor(() => expect(services()).toMatchObject(expected as object), { interval: 2 });
  for (const [vmid, node] of [
    [100, 'pve1'],
    [101, 'pve3'],
    [102, 'pve1'],
  ] as const)
    await run(node, `qm create ${vmid} --memory 64`);
  await run('pve1', 'ha-manager add vm:100');
  await becomes({ 'vm:100': { state: 'started', node: 'pve1', running: 1 } });
  await run('pve1', 'ha-manager add vm:102 --state ignored');
  await run('pve1', 'ha-manager add vm:101');
  await becomes({ 'vm:101': { state: 'started', node: 'pve2', running: 1 } });
  await run('pve1', 'ha-manager crm-command node-maintenance enable pve1');
  await becomes({ 'vm:100': { state: 'started', running: 1, maintenance_node: 'pve1' } });
  expect(await run('pve1', 'ha-manager status')).toContain('lrm pve1 (maintenance mode, watchdog active');
  expect(await run('pve1', 'qm status 100')).not.toContain('running');
  await run('pve1', 'ha-manager crm-command node-maintenance disable pve1');
  await becomes({ 'vm:100': { state: 'started', node: 'pve1', running: 1 } });
  expect(await run('pve1', 'qm status 100')).toBe('status: running\n');
  expect(await run('pve1', 'qm stop 100')).toBe('Requesting HA stop for VM 100\n');
  await becomes({ 'vm:100': { state: 'stopped' } });
  expect(await run('pve1', 'qm status 102')).toBe('status: stopped\n');
  expect(services()?.['vm:102']).toBeUndefined();
});

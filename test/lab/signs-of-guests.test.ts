import { describe, expect, it } from 'vitest';
import { simulateCluster } from '../../lab/src/cluster.ts';
import { pveCommands } from '../../lab/src/pve/commands.ts';
import { ROOT_ENV } from '../../lab/src/shell/run.ts';
import { createShell } from '../../lab/src/shell/shell.ts';
import { gives, signs } from '../../src/modules/guest/wait-step.ts';

const TEMPLATE = 'local:vztmpl/debian-12-standard_12.0-1_amd64.tar.zst';
const { nodes } = simulateCluster({
  name: 'lab',
  nodes: [
    { name: 'pve1', ip: '10.10.10.11' },
    { name: 'pve2', ip: '10.10.10.12' },
  ],
  seed: 1,
});

async function on(index: number, command: string): Promise<[string, string, number]> {
  const node = nodes[index];
  if (node === undefined) throw new Error('no node');
  const ran = await createShell(
    node,
    pveCommands,
  )({ command, stdin: Buffer.alloc(0), env: ROOT_ENV, signal: new AbortController().signal });
  return [ran.stdout.toString(), ran.stderr.toString(), ran.exit];
}
const sh = (command: string) => on(0, command);

/** Which of the signs that the tool waits for a guest gives. */
async function given(kind: 'vm' | 'container', vmid: number): Promise<readonly string[]> {
  const type = kind === 'vm' ? 'qemu' : 'lxc';
  const target = { kind: { kind, type }, vmid, node: 'pve1', cluster: 'lab', path: '' } as const;
  const found = await Promise.all(
    signs.map(async (sign) => ((await sh(gives(sign, target)))[2] === 0 ? [sign] : [])),
  );
  return found.flat();
}

describe('a VM', () => {
  it('gives every sign once it was started with an agent', async () => {
    await sh('qm create 100 --name web.example --agent 1 --net0 virtio,bridge=vmbr0');
    expect(await given('vm', 100)).toEqual([]);
    expect((await sh('qm agent 100 ping'))[1]).toBe('VM 100 is not running\n');
    await sh('qm start 100');
    expect(await given('vm', 100)).toEqual(['agent', 'ip', 'ssh']);
    expect(await sh('qm agent 100 ping')).toEqual(['', '', 0]);
    expect((await sh('qm agent 100 get-host-name'))[0]).toBe('{\n   "host-name" : "web"\n}\n');
    await sh('qm suspend 100');
    expect(await given('vm', 100)).toEqual([]);
  });

  it('has the agent that it was started with, not the one that waits for a restart', async () => {
    await sh('qm create 101 --net0 virtio,bridge=vmbr0 && qm start 101');
    expect((await sh('qm agent 101 ping'))[1]).toBe('No QEMU guest agent configured\n');
    await sh('qm set 101 --agent 1');
    expect(await given('vm', 101)).toEqual([]);
    await sh('qm reboot 101');
    expect(await given('vm', 101)).toEqual(['agent', 'ip', 'ssh']);
  });

  it('has the address that cloud-init gives it, and none without a card', async () => {
    await sh(
      'qm create 102 --agent 1 --ide2 local-lvm:cloudinit --net0 virtio,bridge=vmbr0 --ipconfig0 ip=10.7.0.5/24 && qm start 102',
    );
    expect((await sh('ssh-keyscan 10.7.0.5'))[0]).toMatch(/^10\.7\.0\.5 ssh-ed25519 AAAA\S{64}\n$/);
    expect((await on(1, 'ssh-keyscan -T 1 10.7.0.5'))[2]).toBe(0);
    await sh('qm create 103 --agent 1 && qm start 103');
    expect(await given('vm', 103)).toEqual(['agent']);
  });

  it('runs commands by its agent, seen by the tool and by the API', async () => {
    await sh('qm create 104 --agent 1 && qm start 104');
    const pid = (await sh('qm guest exec 104 --synchronous 0 -- echo hi'))[0];
    expect(pid).toBe('{\n   "pid" : 1042\n}\n');
    const ended = await sh(
      'until out=$(qm guest exec-status 104 1042) && echo "$out" | grep exitcode; do :; done; echo "$out"',
    );
    expect(ended[0]).toContain('"out-data" : "hi\\n"');
    expect((await sh('qm guest exec-status 104 1042'))[1]).toBe('Agent error: PID 1042 does not exist\n');
    const path = '/nodes/pve1/qemu/104/agent';
    const begun = await sh(`pvesh create ${path}/exec --command echo --command 'a,b' --output-format json`);
    expect(begun[0]).toBe('{"pid":1043}\n');
    const read = `pvesh get ${path}/exec-status --pid 1043 --output-format json`;
    expect((await sh(`until ${read} | grep exitcode; do :; done`))[0]).toBe(
      '{"exitcode":0,"exited":1,"out-data":"a,b\\n"}\n',
    );
    expect((await sh(`pvesh get ${path}/get-host-name --output-format json`))[0]).toBe(
      '{"result":{"host-name":"VM104"}}\n',
    );
  });

  it('answers little while its file systems are frozen', async () => {
    await sh('qm create 105 --agent 1 && qm start 105 && qm agent 105 fsfreeze-freeze');
    expect((await sh('qm agent 105 fsfreeze-status'))[0]).toBe('frozen\n');
    expect((await sh('qm agent 105 get-osinfo'))[0]).toContain('the agent is in frozen state');
    expect((await sh('qm agent 105 fsfreeze-thaw'))[0]).toBe('1\n');
  });
});

describe('a container', () => {
  it('gives its address to lxc-info, and answers by SSH', async () => {
    await sh(
      `pct create 200 ${TEMPLATE} --storage local-lvm --net0 name=eth0,bridge=vmbr0,ip=dhcp && pct start 200`,
    );
    expect(await given('container', 200)).toEqual(['ip', 'ssh']);
    expect(await sh('lxc-info -n 200 -iH')).toEqual(['10.100.0.200\n', '', 0]);
    expect((await sh('lxc-info -n 200 -s'))[0]).toBe('State:          RUNNING\n');
    await sh('pct stop 200');
    expect(await given('container', 200)).toEqual([]);
    expect((await sh('lxc-info 299'))[1]).toBe("299 doesn't exist\n");
  });
});

import { describe, expect, it } from 'vitest';
import { createCluster } from '../../lab/src/cluster.ts';
import { FileError, type Machine } from '../../lab/src/machine.ts';

const NODES = ['pve1', 'pve2', 'pve3'].map((name, index) => ({ name, ip: `10.10.10.1${index + 1}` }));

function machines(options: { quorate?: () => boolean } = {}): [Machine, Machine] {
  const hasLostQuorum = (): boolean => options.quorate?.() === false;
  const all = createCluster({
    name: 'lab',
    nodes: NODES,
    seed: 1,
    clock: () => 1_795_461_897,
    hasLostQuorum,
  }).machines;
  const [pve1, pve2] = [...all.values()];
  if (pve1 === undefined || pve2 === undefined) throw new Error('no machines');
  return [pve1, pve2];
}

describe('/etc/pve', () => {
  it('shows the members as pmxcfs does', () => {
    const [pve1] = machines();
    expect(pve1.files.read('/etc/pve/.members')).toMatch(
      /^\{\n"nodename": "pve1",\n"version": \d+,\n"cluster": \{ "name": "lab", "version": \d+, "nodes": 3, "quorate": 1 \},\n"nodelist": \{\n {2}"pve1": \{ "id": 1, "online": 1, "ip": "10.10.10.11"\},\n {2}"pve2"/,
    );
    const lone = createCluster({ nodes: [{ name: 'pve', ip: '10.10.10.11' }] }).machines.get('pve');
    expect(lone?.files.read('/etc/pve/.members')).toBe('{\n"nodename": "pve",\n"version": 0\n}\n');
  });

  it('counts each change of a guest in .vmlist and .version, on every member', () => {
    const [pve1, pve2] = machines();
    pve1.files.write('/etc/pve/lxc/200.conf', 'hostname: a\n');
    const before = version(pve2, 'vmlist');
    pve1.files.write('/etc/pve/lxc/200.conf', 'hostname: b\n');
    expect(version(pve2, 'vmlist')).toBe(before + 1);
    expect(pve2.files.read('/etc/pve/.vmlist')).toBe(
      `{\n"version": ${before + 1},\n"ids": {\n"200": { "node": "pve1", "type": "lxc", "version": 2 }}\n\n}\n`,
    );
    const storage = version(pve1, 'storage.cfg');
    pve2.files.write('/etc/pve/storage.cfg', 'dir: local\n');
    expect(version(pve1, 'storage.cfg')).toBe(storage + 1);
  });

  it('moves a guest when its file moves', () => {
    const [pve1, pve2] = machines();
    pve1.files.write('/etc/pve/qemu-server/100.conf', 'name: a\n');
    pve1.files.rename('/etc/pve/nodes/pve1/qemu-server/100.conf', '/etc/pve/nodes/pve2/qemu-server/100.conf');
    expect(pve1.files.exists('/etc/pve/qemu-server/100.conf')).toBe(false);
    expect(pve2.files.read('/etc/pve/qemu-server/100.conf')).toBe('name: a\n');
    expect(pve2.files.read('/etc/pve/.vmlist')).toContain('"100": { "node": "pve2"');
  });

  it('takes no change without quorum, and is still read', () => {
    let quorate = true;
    const [pve1] = machines({ quorate: () => quorate });
    quorate = false;
    const denied = expect.objectContaining({
      code: 'EACCES',
      message: '/etc/pve/user.cfg: Permission denied',
    });
    expect(() => pve1.files.write('/etc/pve/user.cfg', '')).toThrow(denied);
    expect(() => pve1.files.remove('/etc/pve/user.cfg')).toThrow(FileError);
    expect(pve1.files.read('/etc/pve/user.cfg')).toContain('root@pam');
    pve1.files.write('/etc/hostname', 'other\n');
  });

  it('says in .rrd which guests run', () => {
    const [pve1, pve2] = machines();
    pve1.files.write('/etc/pve/qemu-server/100.conf', 'name: web\nmemory: 64\n');
    pve1.files.write('/etc/pve/lxc/200.conf', 'hostname: c1\ncores: 2\nmemory: 128\n');
    const pid = pve1.processes.spawn(['/usr/bin/kvm', '-id', '100']);
    pve1.files.write('/run/qemu-server/100.pid', `${pid}\n`);
    const rrd = (): string => pve2.files.read('/etc/pve/.rrd') ?? '';
    expect(rrd()).toContain('pve-vm-9.0/100:60:web:running:0:1795461897:1:0:67108864:');
    expect(rrd()).toContain('\npve-vm-9.0/200:0:c1:stopped:0:1795461897:2:U:134217728:U:');
    pve1.processes.kill(pid);
    expect(rrd()).toContain('pve-vm-9.0/100:0:web:stopped:');
    pve1.processes.spawn(['lxc-start'], { sockets: ['@/var/lib/lxc/200/command'] });
    expect(rrd()).toContain('pve-vm-9.0/200:60:c1:running:');
    expect(pve1.files.read('/proc/net/unix')).toContain(' @/var/lib/lxc/200/command\n');
  });
});

describe('a fresh node', () => {
  it('has the storages, the bridge and the template of an installation, and no guests', () => {
    const [pve1] = machines();
    expect(pve1.files.read('/etc/pve/storage.cfg')).toMatch(
      /^dir: local\n\tpath \/var\/lib\/vz\n.*\n\nlvmthin: local-lvm\n\tthinpool data\n\tvgname pve\n/,
    );
    expect(pve1.files.isDirectory('/sys/class/net/vmbr0/bridge')).toBe(true);
    expect(pve1.volumes.list('/var/lib/vz')).toEqual([
      { path: '/var/lib/vz/template/cache/debian-12-standard_12.0-1_amd64.tar.zst', bytes: 1_113_970 },
    ]);
    expect(pve1.files.read('/etc/pve/.vmlist')).toContain('"ids": {\n}');
    expect(pve1.files.read('/proc/mounts')).toMatch(/^\/dev\/fuse \/etc\/pve fuse /m);
    expect(pve1.files.read('/var/lib/dpkg/status')).toMatch(
      /^Package: pve-manager\nStatus: install ok installed\n(.+\n)*Version: 9\./m,
    );
  });

  it('is another one as PVE 8', () => {
    const old = createCluster({
      nodes: [{ name: 'old', ip: '10.0.0.1', traits: { pve: '8' } }],
    }).machines.get('old');
    expect(old?.files.read('/var/lib/dpkg/status')).toMatch(/^Package: pve-manager\n(.+\n)*Version: 8\./m);
    expect(old?.files.read('/etc/network/interfaces')).toContain('bridge-ports eno1');
  });
});

describe('volumes', () => {
  it('are files with a size', () => {
    const [pve1] = machines();
    pve1.volumes.set('/dev/pve/vm-100-disk-0', 2 ** 30);
    expect(pve1.files.list('/dev/pve')).toEqual(['vm-100-disk-0']);
    pve1.volumes.rename('/dev/pve/vm-100-disk-0', '/dev/pve/vm-101-disk-0');
    expect(pve1.volumes.size('/dev/pve/vm-101-disk-0')).toBe(2 ** 30);
    pve1.volumes.remove('/dev/pve/vm-101-disk-0');
    expect(pve1.volumes.list('/dev/pve')).toEqual([]);
    pve1.files.write('/var/lib/vz/snippets/hook.sh', 'echo\n');
    expect(pve1.volumes.size('/var/lib/vz/snippets/hook.sh')).toBe(5);
  });
});

function version(machine: Machine, key: string): number {
  return Number(new RegExp(`"${key}": (\\d+)`).exec(machine.files.read('/etc/pve/.version') ?? '')?.[1]);
}

import { beforeEach, describe, expect, it } from 'vitest';
import type { Machine } from '../../../lab/src/machine.ts';
import { freshNodes, runPve } from './run-pve.ts';

const TEMPLATE = 'local:vztmpl/debian-12-standard_12.0-1_amd64.tar.zst';

let pve1: Machine;
let pve2: Machine;

beforeEach(() => {
  const nodes = freshNodes(['pve1', 'pve2']);
  const [first, second] = [nodes.get('pve1'), nodes.get('pve2')];
  if (first === undefined || second === undefined) throw new Error('no nodes');
  [pve1, pve2] = [first, second];
});

describe('guests on fresh nodes', () => {
  it('allocates on LVM-thin and stores text right under C.UTF-8', async () => {
    const ran = await runPve(
      pve1,
      'qm create 100 --scsi0 local-lvm:20,discard=on --description',
      'grüße\nzwei',
    );
    expect(ran).toEqual({
      exit: 0,
      stderr: '',
      stdout:
        '  Logical volume "vm-100-disk-0" created.\nscsi0: successfully created disk \'local-lvm:vm-100-disk-0,discard=on,size=20G\'\n',
    });
    expect(pve1.files.read('/etc/pve/qemu-server/100.conf')).toContain(
      '#gr%C3%BC%C3%9Fe\n#zwei\nboot: order=scsi0\n',
    );
    expect(pve1.volumes.size('/dev/pve/vm-100-disk-0')).toBe(20 * 1024 ** 3);
  });

  it('refuses an ID that a guest on another node has', async () => {
    await runPve(pve1, 'qm create 100');
    expect((await runPve(pve2, 'qm create 100')).stderr).toBe(
      "unable to create VM 100 - VM 100 already exists on node 'pve1'\n",
    );
    expect((await runPve(pve2, `pct create 100 ${TEMPLATE} --storage local-lvm`)).stderr).toBe(
      "VM 100 already exists on node 'pve1'\n",
    );
  });

  it('gives two commands at once a disk each', async () => {
    await runPve(pve1, 'qm create 100');
    const both = await Promise.all([
      runPve(pve1, 'qm set 100 --scsi0 local-lvm:1'),
      runPve(pve1, 'qm set 100 --scsi1 local-lvm:1'),
    ]);
    expect(both.map(({ exit }) => exit)).toEqual([0, 0]);
    expect(pve1.files.read('/etc/pve/qemu-server/100.conf')).toMatch(
      /scsi0: local-lvm:vm-100-disk-0,size=1G\nscsi1: local-lvm:vm-100-disk-1,size=1G\n/,
    );
  });

  it('keeps what a running VM cannot take pending until it stops', async () => {
    await runPve(pve1, 'qm create 100 --memory 1024 --name a');
    await runPve(pve1, 'qm start 100');
    await runPve(pve1, 'qm set 100 --memory 2048 --name b');
    expect((await runPve(pve1, 'qm config 100 --current')).stdout).toMatch(/memory: 1024\n.*name: b\n/s);
    expect((await runPve(pve1, 'qm pending 100')).stdout).toContain('cur memory: 1024\nnew memory: 2048\n');
    await runPve(pve1, 'qm shutdown 100');
    expect((await runPve(pve1, 'qm config 100 --current')).stdout).toContain('memory: 2048\n');
  });

  it('shows a running guest in the process table', async () => {
    await runPve(pve1, 'qm create 100');
    await runPve(pve1, 'qm start 100');
    const pid = Number(pve1.files.read('/run/qemu-server/100.pid'));
    expect(pve1.processes.get(pid)?.argv.slice(0, 3)).toEqual(['/usr/bin/kvm', '-id', '100']);
    pve1.processes.kill(pid);
    expect((await runPve(pve1, 'qm status 100')).stdout).toBe('status: stopped\n');
    await runPve(pve1, `pct create 200 ${TEMPLATE} --rootfs local-lvm:1`);
    await runPve(pve1, 'pct start 200');
    expect(pve1.files.read('/proc/net/unix')).toContain('@/var/lib/lxc/200/command');
  });

  it('takes snapshots on LVM-thin, goes back to them and takes them along when the guest is destroyed', async () => {
    await runPve(pve1, 'qm create 100 --memory 1024 --scsi0 local-lvm:1');
    expect((await runPve(pve1, 'qm snapshot 100 before')).stdout).toBe(
      'snapshotting \'drive-scsi0\' (local-lvm:vm-100-disk-0)\n  Logical volume "snap_vm-100-disk-0_before" created.\n',
    );
    await runPve(pve1, 'qm set 100 --memory 2048 --scsi1 local-lvm:2');
    await runPve(pve1, 'qm rollback 100 before');
    expect((await runPve(pve1, 'qm config 100')).stdout).toMatch(
      /memory: 1024\n.*parent: before\n.*unused0: local-lvm:vm-100-disk-1\n/s,
    );
    await runPve(pve1, 'qm destroy 100');
    expect(pve1.volumes.list('/dev/pve').filter(({ path }) => path.includes('100'))).toEqual([]);
  });

  it('leaves the power of guests under HA to HA', async () => {
    await runPve(pve1, 'qm create 100');
    await runPve(pve1, 'ha-manager add vm:100 --state stopped');
    expect((await runPve(pve1, 'qm start 100')).stdout).toBe('Requesting HA start for VM 100\n');
    expect(pve1.files.read('/etc/pve/ha/resources.cfg')).toBe('vm: 100\n\tstate started\n\n');
    expect((await runPve(pve1, 'qm status 100')).stdout).toBe('status: stopped\n');
    expect((await runPve(pve1, 'qm destroy 100')).exit).toBe(255);
  });

  it('answers on any node for the whole cluster', async () => {
    await runPve(pve1, 'qm create 100 --name web --memory 64');
    const { stdout } = await runPve(pve2, 'pvesh get /nodes/pve1/qemu/100/config --output-format json');
    expect(JSON.parse(stdout)).toMatchObject({ name: 'web', memory: '64' });
    expect((await runPve(pve2, 'pvesh get /cluster/nextid')).stdout).toBe('101\n');
    expect((await runPve(pve2, 'pvesh set /nodes/pve1/qemu/100/config --cores 2')).stdout).toBe('');
    expect(pve1.files.read('/etc/pve/qemu-server/100.conf')).toContain('cores: 2\n');
  });

  it('defines a storage, allocates on it and takes it away again', async () => {
    await runPve(pve1, 'pvesm add dir data --path /mnt/data --content images,rootdir');
    expect(pve1.files.read('/etc/pve/storage.cfg')).toContain(
      'dir: data\n\tpath /mnt/data\n\tcontent images,rootdir\n',
    );
    await runPve(pve1, 'pvesm alloc data 100 vm-100-disk-0.qcow2 1G');
    expect((await runPve(pve1, 'pvesm list data')).stdout).toMatch(
      /data:100\/vm-100-disk-0.qcow2 qcow2 {3}images {4}1073741824 100\n$/,
    );
    expect((await runPve(pve1, 'pvesm set data --path /mnt/other')).stderr).toContain(
      'Unknown option: path\n',
    );
    expect((await runPve(pve1, 'pvesm remove data')).exit).toBe(0);
    expect((await runPve(pve1, 'pvesm list data')).stderr).toBe("storage 'data' does not exist\n");
  });

  it('fixes the machine version of a Windows guest', async () => {
    expect((await runPve(pve1, 'qm create 100 --ostype win11 --machine q35')).stdout).toBe(
      "pinning machine type to 'pc-q35-10.0+pve1' for Windows guest OS\n",
    );
  });

  it('clones a template linked and in full', async () => {
    await runPve(pve1, 'qm create 100 --name t --scsi0 local-lvm:2 --net0 virtio,bridge=vmbr0');
    await runPve(pve1, 'qm template 100');
    expect((await runPve(pve1, 'qm clone 100 101 --name c')).exit).toBe(0);
    const copy = await runPve(pve1, 'qm clone 100 102 --full 1');
    expect(copy.stdout).toContain('transferred 2.0 GiB of 2.0 GiB (100.00%)\n');
    expect(pve1.files.read('/etc/pve/qemu-server/102.conf')).toMatch(
      /name: Copy-of-VM-t\n[^]*scsi0: local-lvm:vm-102-disk-0,size=2G\n/,
    );
  });

  it('finds volumes that no config names', async () => {
    await runPve(pve1, 'qm create 100 --scsi0 local-lvm:1');
    await runPve(pve1, 'pvesm alloc local-lvm 100 vm-100-disk-7 1G');
    const line = "VM 100 add unreferenced volume 'local-lvm:vm-100-disk-7' as 'unused0' to config\n";
    expect((await runPve(pve1, 'qm disk rescan --dryrun')).stdout).toContain(line);
    expect((await runPve(pve1, 'qm disk rescan --vmid 100')).stdout).toBe(`rescan volumes...\n${line}`);
    expect((await runPve(pve1, 'qm disk rescan')).stdout).toBe('rescan volumes...\n');
  });

  it('says of what it does not model that it does not', async () => {
    const ran = await runPve(pve1, 'qm help create');
    expect(ran).toEqual({ exit: 255, stdout: '', stderr: "pvefleet-lab: 'qm help' is not modelled\n" });
  });
});

describe('without quorum', () => {
  it('refuses to create, and to write a config', async () => {
    let lost = false;
    const node = freshNodes(['pve1', 'pve2'], { hasLostQuorum: () => lost }).get('pve1');
    if (node === undefined) throw new Error('no node');
    await runPve(node, 'qm create 100');
    lost = true;
    expect((await runPve(node, 'qm create 101')).stderr).toBe('cluster not ready - no quorum?\n');
    expect((await runPve(node, 'qm set 100 --cores 2')).stderr).toMatch(/Permission denied\n$/);
  });
});

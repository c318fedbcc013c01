import { beforeEach, describe, expect, it } from 'vitest';
import { createCluster } from '../../../lab/src/cluster.ts';
import type { Machine, Ran } from '../../../lab/src/machine.ts';
import { pveCommands } from '../../../lab/src/pve/commands.ts';
import { runPve } from './run-pve.ts';

const TEMPLATE = 'local:vztmpl/debian-12-standard_12.0-1_amd64.tar.zst';
const CONF = '/etc/pve/nodes/pve1/qemu-server/100.conf';
const TASKS = '/var/log/pve/tasks';

let now: number;
let pve1: Machine;
let pve2: Machine;
/** Called each time a command waits. */
let meanwhile: () => void;
let fullStorage: string | undefined;
let downNode: string | undefined;

beforeEach(() => {
  now = 1795457000;
  meanwhile = () => undefined;
  fullStorage = undefined;
  downNode = undefined;
  const { machines } = createCluster({
    name: 'prod',
    nodes: ['pve1', 'pve2', 'pve3'].map((name, index) => ({
      name,
      ip: `10.0.0.${index + 1}`,
      traits: { copySpeed: 512 },
    })),
    seed: 1,
    clock: () => Math.floor(now),
    sleep: async (seconds) => {
      now += seconds;
      await Promise.resolve();
      meanwhile();
    },
    faults: () => ({
      lockHeld: () => false,
      storageFull: (storage) => storage === fullStorage,
      storageOffline: () => false,
      taskFails: () => false,
      inMiddleOf: () => undefined,
    }),
    isDown: (node) => node === downNode,
  });
  const [first, second] = [machines.get('pve1'), machines.get('pve2')];
  if (first === undefined || second === undefined) throw new Error('no nodes');
  [pve1, pve2] = [first, second];
});

/** The logs of the node's tasks of a type, oldest first. */
function taskLogs(machine: Machine, type: string): readonly string[] {
  return '0123456789ABCDEF'
    .split('')
    .flatMap((digit) =>
      machine.files
        .list(`${TASKS}/${digit}`)
        .map((name) => [name, machine.files.read(`${TASKS}/${digit}/${name}`)]),
    )
    .flatMap(([name, text]) => (name?.split(':')[5] === type && text !== undefined ? [text] : []));
}

function volumesOf(machine: Machine, vmid: string): readonly string[] {
  return [...machine.volumes.list('/dev/pve'), ...machine.volumes.list('/var/lib/vz/images')]
    .map(({ path }) => path)
    .filter((path) => path.includes(`-${vmid}-`));
}

async function killed(machine: Machine, name: string, ...argv: readonly string[]): Promise<Ran> {
  const abort = new AbortController();
  meanwhile = () => abort.abort();
  const command = pveCommands.get(name);
  if (command === undefined) throw new Error(`the lab has no ${name}`);
  const ran = await command(machine, argv, { stdin: '', env: { LC_ALL: 'C.UTF-8' }, signal: abort.signal });
  meanwhile = () => undefined;
  return ran;
}

describe('long tasks', () => {
  it('write their progress into the task log while they run, and are in the list of active ones', async () => {
    await runPve(pve1, 'qm create 100 --scsi0 local-lvm:4');
    const seen: string[] = [];
    const active: string[] = [];
    meanwhile = () => {
      seen.push(taskLogs(pve1, 'qmclone')[0] ?? '');
      active.push((pve1.files.read(`${TASKS}/active`) ?? '').split('\n')[0] ?? '');
    };
    const started = now;
    await runPve(pve1, 'qm clone 100 101 --full 1');
    expect(now - started).toBeGreaterThan(7);
    expect(seen.at(-1)).toMatch(/transferred 1\.5 GiB of 4\.0 GiB \(37\.50%\)\n/);
    expect(active[0]).toMatch(/^UPID:pve1:[^ ]+:qmclone:100:root@pam: 0$/);
    expect(taskLogs(pve1, 'qmclone')[0]).toMatch(/\(100\.00%\)\nTASK OK\n$/);
    expect(pve1.files.read(`${TASKS}/active`)).toMatch(/qmclone:100:root@pam: 1 [0-9A-F]{8} OK\n/);
  });

  it('leave nothing behind when they are killed', async () => {
    await runPve(pve1, 'qm create 100 --scsi0 local-lvm:4');
    const ran = await killed(pve1, 'qm', 'clone', '100', '101', '--full', '1');
    expect(ran).toMatchObject({ exit: 255, stderr: 'clone failed: interrupted by signal\n' });
    expect(pve1.files.exists('/etc/pve/qemu-server/101.conf')).toBe(false);
    expect(volumesOf(pve1, '101')).toEqual([]);
    expect(taskLogs(pve1, 'qmclone')[0]).toMatch(/TASK ERROR: clone failed: interrupted by signal\n$/);
    expect((await runPve(pve1, 'qm clone 100 101 --full 1')).exit).toBe(0);
  });

  it('end when their worker is killed', async () => {
    await runPve(pve1, 'pvesm set local --content images');
    await runPve(pve1, 'qm create 100 --scsi0 local-lvm:4');
    meanwhile = () => {
      const worker = pve1.processes.list().find(({ argv }) => argv[0] === 'task qmmove:100');
      if (worker !== undefined) pve1.processes.kill(worker.pid);
    };
    const ran = await runPve(pve1, 'qm disk move 100 scsi0 local');
    expect(ran.stderr).toBe('storage migration failed: interrupted by signal\n');
    expect(pve1.files.read(CONF)).toContain('scsi0: local-lvm:vm-100-disk-0,size=4G\n');
  });

  it('are followed and stopped through the API', async () => {
    await runPve(pve1, 'qm create 100 --scsi0 local-lvm:4');
    const seen: string[] = [];
    const asked = async (path: string): Promise<string> =>
      (await runPve(pve1, `pvesh get /nodes/pve1/tasks${path} --output-format json`)).stdout;
    const stop = async (): Promise<void> => {
      const running = await asked(' --source active');
      const [upid] = /UPID:[^"]+/.exec(running) ?? [];
      seen.push(running, await asked(`/${upid}/log --start 1`), await asked(`/${upid}/status`));
      await runPve(pve1, `pvesh delete /nodes/pve1/tasks/${upid}`);
      seen.push(await asked(`/${upid}/status`));
    };
    let stopping: Promise<void> | undefined;
    meanwhile = () => {
      stopping ??= stop();
    };
    await runPve(pve1, 'qm clone 100 101 --full 1');
    await stopping;
    expect(seen[0]).toContain('"status":"RUNNING","type":"qmclone"');
    expect(seen[1]).toMatch(/^\[\{"n":2,"t":"/);
    expect(seen[2]).toContain('"status":"running"');
    expect(await asked(' --errors 1')).toContain('"status":"clone failed: interrupted by signal"');
    expect((await runPve(pve1, 'pvesh get /nodes/pve1/tasks/UPID:x/status')).stderr).toContain(
      'upid: unable to parse worker upid\n',
    );
  });

  it('fail on a full storage and take back what they made', async () => {
    await runPve(pve1, 'pvesm add dir data --path /mnt/data --content images');
    await runPve(pve1, 'qm create 100 --scsi0 local-lvm:1 --scsi1 local-lvm:1');
    fullStorage = 'data';
    const ran = await runPve(pve1, 'qm clone 100 101 --full 1 --storage data');
    expect(ran.stderr).toBe('clone failed: unable to create image: No space left on device\n');
    expect(pve1.files.exists('/etc/pve/qemu-server/101.conf')).toBe(false);
  });
});

describe('snapshots', () => {
  it('enter the config first, and lock the guest until they are taken', async () => {
    await runPve(pve1, 'qm create 100 --scsi0 local-lvm:1');
    const seen: string[] = [];
    meanwhile = () => seen.push(pve1.files.read(CONF) ?? '');
    await runPve(pve1, 'qm snapshot 100 before');
    expect(seen[0]).toMatch(/^lock: snapshot\n[^]*\[before\]\n[^]*snapstate: prepare\n/m);
    expect(pve1.files.read(CONF)).not.toMatch(/lock|snapstate/);
  });

  it('with memory start the VM again where it was', async () => {
    await runPve(pve1, 'qm create 100 --memory 1024 --scsi0 local-lvm:1 --net0 virtio,bridge=vmbr0');
    await runPve(pve1, 'qm start 100');
    const taken = await runPve(pve1, 'qm snapshot 100 ram --vmstate 1');
    expect(taken.stdout).toContain("saving VM state and RAM using storage 'local-lvm'\n");
    expect(volumesOf(pve1, '100')).toContain('/dev/pve/vm-100-state-ram');
    await runPve(pve1, 'qm stop 100');
    expect((await runPve(pve1, 'qm rollback 100 ram')).stdout).toContain(
      "netdev net0: using 'host_mtu=1500' for migration compat\n",
    );
    expect((await runPve(pve1, 'qm status 100')).stdout).toBe('status: running\n');
    const soon = await runPve(pve1, 'qm delsnapshot 100 ram');
    expect(soon.stderr).toBe("can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout\n");
    now += 30;
    expect((await runPve(pve1, 'qm delsnapshot 100 ram')).exit).toBe(0);
    expect(volumesOf(pve1, '100')).toEqual(['/dev/pve/vm-100-disk-0']);
  });
});

describe('migration', () => {
  it('of a running VM with local disks hands over the process, the config and the volume', async () => {
    await runPve(pve1, 'qm create 100 --memory 1024 --scsi0 local-lvm:2');
    await runPve(pve1, 'qm start 100');
    expect((await runPve(pve1, 'qm migrate 100 pve2')).stderr).toBe(
      "can't migrate running VM without --online\n",
    );
    const refused = await runPve(pve1, 'qm migrate 100 pve2 --online 1');
    expect(refused.stdout).toContain(
      "can't migrate local disk 'local-lvm:vm-100-disk-0': can't live migrate attached local disks without with-local-disks option\n",
    );
    expect(pve1.files.read(CONF)).not.toContain('lock');
    const ran = await runPve(pve1, 'qm migrate 100 pve2 --online 1 --with-local-disks 1');
    expect(ran.exit).toBe(0);
    expect(ran.stdout).toMatch(/migration active, transferred 512\.0 MiB of 1\.0 GiB VM-state/);
    expect(pve1.files.exists(CONF)).toBe(false);
    expect(pve2.files.read('/etc/pve/qemu-server/100.conf')).toContain(
      'scsi0: local-lvm:vm-100-disk-0,format=raw,size=2G\n',
    );
    expect((await runPve(pve2, 'qm status 100')).stdout).toBe('status: running\n');
    expect([volumesOf(pve1, '100'), volumesOf(pve2, '100')]).toEqual([[], ['/dev/pve/vm-100-disk-0']]);
  });

  it('leaves a task of the start on the other node', async () => {
    await runPve(pve1, 'qm create 100');
    await runPve(pve1, 'qm start 100');
    await runPve(pve1, 'qm migrate 100 pve2 --online 1');
    expect(taskLogs(pve2, 'qmstart')).toEqual(['TASK OK\n']);
  });

  it('to another storage renames the volume where its name is taken', async () => {
    await runPve(pve2, 'pvesm alloc local-lvm 100 vm-100-disk-0 1G');
    await runPve(pve1, 'qm create 100 --scsi0 local-lvm:1');
    const ran = await runPve(pve1, 'qm migrate 100 pve2');
    expect(ran.stdout).toContain(
      "volume 'local-lvm:vm-100-disk-0' is 'local-lvm:vm-100-disk-1' on the target\n",
    );
    expect(pve2.files.read('/etc/pve/qemu-server/100.conf')).toContain('scsi0: local-lvm:vm-100-disk-1,');
  });

  it('is aborted when the other node is lost, and the guest stays', async () => {
    await runPve(pve1, 'qm create 100 --scsi0 local-lvm:8');
    meanwhile = () => (downNode = 'pve2');
    const ran = await runPve(pve1, 'qm migrate 100 pve2');
    expect(ran).toMatchObject({ exit: 255, stderr: 'migration aborted\n' });
    expect(ran.stdout).toContain('aborting phase 1 - cleanup resources\n');
    expect(pve1.files.read(CONF)).not.toContain('lock');
    // Nobody can take away there what was copied.
    expect(volumesOf(pve2, '100')).toEqual(['/dev/pve/vm-100-disk-0']);
  });

  it('is foretold by the API: where to, and what only this node has', async () => {
    await runPve(pve1, 'pvesm add dir data --path /mnt/data --content images --nodes pve1,pve2');
    await runPve(pve1, 'qm create 100 --scsi0 data:1 --serial0 /dev/ttyS0');
    const { stdout } = await runPve(pve1, 'pvesh get /nodes/pve1/qemu/100/migrate --output-format json');
    expect(JSON.parse(stdout)).toMatchObject({
      allowed_nodes: ['pve2'],
      not_allowed_nodes: { pve2: {}, pve3: { unavailable_storages: ['data'] } },
      local_resources: ['serial0'],
      local_disks: [{ volid: 'data:100/vm-100-disk-0.raw', drivename: 'scsi0', size: 1024 ** 3 }],
    });
  });

  it('refuses devices of the node', async () => {
    await runPve(pve1, 'qm create 100 --serial0 /dev/ttyS0');
    expect((await runPve(pve1, 'qm migrate 100 pve2')).stdout).toContain(
      "can't migrate VM which uses local devices: serial0\n",
    );
  });

  it('of a running container stops it and starts it there', async () => {
    await runPve(pve1, `pct create 200 ${TEMPLATE} --rootfs local-lvm:1`);
    await runPve(pve1, 'pct start 200');
    expect((await runPve(pve1, 'pct migrate 200 pve2')).stderr).toBe(
      "can't migrate running container without --online or --restart\n",
    );
    const ran = await runPve(pve1, 'pct migrate 200 pve2 --restart 1');
    expect(ran.stdout).toMatch(
      /shutdown CT 200\n[^]*start final cleanup\n[^]*start container on target node\n/,
    );
    expect((await runPve(pve2, 'pct status 200')).stdout).toBe('status: running\n');
    expect(volumesOf(pve1, '200')).toEqual([]);
  });

  it('of a guest under HA is asked of HA', async () => {
    await runPve(pve1, 'qm create 100');
    await runPve(pve1, 'ha-manager add vm:100 --state stopped');
    expect((await runPve(pve1, 'qm migrate 100 pve2')).stdout).toBe(
      'Requesting HA migration for VM 100 to node pve2\n',
    );
    expect(pve1.files.read('/etc/pve/ha/crm_commands')).toBe('migrate vm:100 pve2\n');
    await runPve(pve1, 'ha-manager relocate 100 pve3');
    await runPve(pve1, 'ha-manager crm-command node-maintenance enable pve2');
    expect(pve1.files.read('/etc/pve/ha/crm_commands')).toMatch(
      /relocate vm:100 pve3\nenable-node-maintenance pve2\n$/,
    );
    expect((await runPve(pve1, 'ha-manager migrate vm:101 pve2')).stderr).toBe(
      "resource 'vm:101' is not HA managed\n",
    );
  });
});

describe('backups', () => {
  it('bring a container back with its options, but another MAC address if it shall be unique', async () => {
    await runPve(
      pve1,
      `pct create 200 ${TEMPLATE} --rootfs local-lvm:1 --cores 3 --net0 name=eth0,bridge=vmbr0`,
    );
    await runPve(pve1, 'vzdump 200 --storage local --compress zstd --notes-template {{guestname}}');
    const [archive = ''] = pve1.files.list('/var/lib/vz/dump').filter((name) => name.endsWith('.tar.zst'));
    expect(pve1.files.read(`/var/lib/vz/dump/${archive}.notes`)).toBe('CT200');
    const ran = await runPve(pve1, `pct restore 201 local:backup/${archive} --storage local-lvm --unique 1`);
    expect(ran.exit).toBe(0);
    const [old, restored] = ['200', '201'].map((id) => pve1.files.read(`/etc/pve/lxc/${id}.conf`) ?? '');
    const mac = /hwaddr=([^,]+)/;
    expect(restored).toContain('cores: 3\n');
    expect(restored).toContain('rootfs: local-lvm:vm-201-disk-0,size=1G\n');
    expect(mac.exec(restored ?? '')?.[1]).not.toBe(mac.exec(old ?? '')?.[1]);
  });

  it('of a running container on thin volumes use a snapshot, which goes again', async () => {
    await runPve(pve1, `pct create 200 ${TEMPLATE} --rootfs local-lvm:1`);
    await runPve(pve1, 'pct start 200');
    const ran = await runPve(pve1, 'vzdump 200');
    expect(ran.stdout).toMatch(
      /backup mode: snapshot\n[^]*create storage snapshot 'vzdump'\n[^]*cleanup temporary 'vzdump' snapshot\n/,
    );
    expect(volumesOf(pve1, '200')).toEqual(['/dev/pve/vm-200-disk-0']);
  });

  it('are kept as the storage says', async () => {
    await runPve(pve1, 'pvesm set local --prune-backups keep-last=2');
    await runPve(pve1, 'qm create 100');
    for (const _round of [1, 2, 3]) {
      now += 60;
      await runPve(pve1, 'vzdump 100');
    }
    expect(pve1.files.list('/var/lib/vz/dump').filter((name) => name.endsWith('.vma'))).toHaveLength(2);
  });

  it('unlock the guest when they fail', async () => {
    await runPve(pve1, 'qm create 100 --scsi0 local-lvm:1');
    fullStorage = 'local';
    const ran = await runPve(pve1, 'vzdump 100 --storage local');
    expect(ran).toMatchObject({ exit: 255, stderr: 'job errors\n' });
    expect(ran.stdout).toContain('ERROR: Backup of VM 100 failed - vma_queue_write: write error');
    expect(pve1.files.read(CONF)).not.toContain('lock');
  });
});

describe('cloud-init', () => {
  it('remembers what a running VM changed since its drive was written', async () => {
    await runPve(pve1, 'qm create 100 --ide2 local-lvm:cloudinit --ciuser a');
    await runPve(pve1, 'qm start 100');
    await runPve(pve1, 'qm set 100 --ciuser b --searchdomain x.org');
    expect(pve1.files.read(CONF)).toMatch(/\n\[special:cloudinit\]\nadded: searchdomain\nciuser: a\n$/);
    expect((await runPve(pve1, 'qm cloudinit pending 100')).stdout).toBe(
      'cur ciuser: a\nnew ciuser: b\nnew searchdomain: x.org\n',
    );
    expect((await runPve(pve1, 'qm cloudinit update 100')).stdout).toBe('generating cloud-init ISO\n');
    expect(pve1.files.read(CONF)).not.toContain('special');
  });
});

describe('the volumes of a container', () => {
  it('stay locked as mounted when one is missing', async () => {
    await runPve(pve1, `pct create 200 ${TEMPLATE} --rootfs local-lvm:1`);
    pve1.volumes.remove('/dev/pve/vm-200-disk-0');
    expect((await runPve(pve1, 'pct mount 200')).stderr).toBe(
      "volume 'local-lvm:vm-200-disk-0' does not exist\n",
    );
    expect((await runPve(pve1, 'pct set 200 --cores 1')).stderr).toBe('CT is locked (mounted)\n');
    expect((await runPve(pve1, 'pct unmount 200')).exit).toBe(0);
    expect((await runPve(pve1, 'pct unmount 200')).stderr).toBe(
      "no lock found trying to remove 'mounted' lock\n",
    );
  });
});

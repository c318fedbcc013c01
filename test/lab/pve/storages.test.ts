import { beforeEach, describe, expect, it } from 'vitest';
import type { Machine } from '../../../lab/src/machine.ts';
import { freshNodes, runPve } from './run-pve.ts';

let pve1: Machine;
let pve2: Machine;

beforeEach(() => {
  const nodes = freshNodes(['pve1', 'pve2']);
  const [first, second] = [nodes.get('pve1'), nodes.get('pve2')];
  if (first === undefined || second === undefined) throw new Error('no nodes');
  [pve1, pve2] = [first, second];
});

/** What a command prints, that has to work. */
async function out(machine: Machine, command: string): Promise<string> {
  const ran = await runPve(machine, command);
  expect(ran).toMatchObject({ exit: 0, stderr: '' });
  return ran.stdout;
}

describe('file servers', () => {
  it('are online by a name that the nodes know, and hold the same files for each of them', async () => {
    await out(pve1, 'pvesm add nfs share --server nas --export /export --content images,backup');
    await out(pve1, 'qm create 100 --scsi0 share:4');
    expect(await out(pve2, 'pvesm list share')).toContain('share:100/vm-100-disk-0.raw raw');
    expect(await out(pve1, 'qm migrate 100 pve2')).toContain('migration finished successfully');
    await out(pve2, 'qm start 100');
    await out(pve2, 'qm stop 100');
    await out(pve2, 'vzdump 100 --storage share');
    expect(await out(pve1, 'pvesm list share --content backup')).toContain('share:backup/vzdump-qemu-100-');
  });

  it('that nobody knows are not online, and leave neither a definition nor a secret', async () => {
    expect(
      await runPve(pve1, 'pvesm add cifs smb --server elsewhere --share s --username u --password secret1'),
    ).toMatchObject({ exit: 255, stderr: "create storage failed: storage 'smb' is not online\n" });
    expect(pve1.files.read('/etc/pve/storage.cfg')).not.toContain('smb');
    expect(pve1.files.exists('/etc/pve/priv/storage/smb.pw')).toBe(false);
  });

  it('keep a secret beside the definition as long as that is there', async () => {
    await out(pve1, 'pvesm add cifs smb --server nas --share s --username u --password secret1');
    expect(pve1.files.read('/etc/pve/priv/storage/smb.pw')).toBe('password=secret1\n');
    expect(pve1.files.read('/etc/pve/storage.cfg')).not.toContain('secret1');
    await out(pve1, 'pvesm set smb --password another1');
    expect(pve1.files.read('/etc/pve/priv/storage/smb.pw')).toBe('password=another1\n');
    await out(pve1, 'pvesm remove smb');
    expect(pve1.files.exists('/etc/pve/priv/storage/smb.pw')).toBe(false);
  });
});

describe('definitions', () => {
  it('hold only what their type can', async () => {
    expect(await runPve(pve1, 'pvesm add lvmthin t1 --vgname pve --thinpool data --content iso')).toEqual({
      exit: 255,
      stdout: '',
      stderr: "storage does not support content type 'iso'\nstorage does not support content type 'none'\n",
    });
    expect(await runPve(pve1, 'pvesm set local-lvm --delete content,thinpool')).toMatchObject({
      stderr: "update storage failed: unable to delete required option 'thinpool'\n",
    });
    expect(await runPve(pve1, 'pvesm add lvmthin t2 --vgname pve --thinpool other')).toMatchObject({
      stderr: 'create storage failed: no such logical volume pve/other\n',
    });
    expect(await runPve(pve1, 'pvesm add zfspool z1 --pool tank')).toMatchObject({
      stderr: expect.stringContaining("cannot import 'tank': no such pool available"),
    });
  });

  it('of other nodes show as disabled here', async () => {
    await out(pve1, 'pvesm add dir far --path /mnt/far --nodes pve2');
    expect(await out(pve1, 'pvesm status')).toMatch(/^far +dir +disabled +0 +0 +0 +N\/A$/m);
    expect(await out(pve2, 'pvesm status')).toMatch(/^far +dir +active /m);
    expect(await out(pve1, 'pvesm status --content images')).not.toContain('far');
  });
});

describe('guests', () => {
  it('start only with their volumes', async () => {
    await out(pve1, 'qm create 100 --scsi0 local-lvm:1');
    await out(
      pve1,
      'pct create 200 local:vztmpl/debian-12-standard_12.0-1_amd64.tar.zst --rootfs local-lvm:1 --hostname c',
    );
    for (const vmid of [100, 200]) pve1.volumes.remove(`/dev/pve/vm-${vmid}-disk-0`);
    expect(await runPve(pve1, 'qm start 100')).toMatchObject({
      exit: 255,
      stderr: "volume 'local-lvm:vm-100-disk-0' does not exist\n",
    });
    expect(await runPve(pve1, 'pct start 200')).toMatchObject({
      exit: 255,
      stderr: "startup for container '200' failed\n",
    });
  });

  it('have their name and addresses in the files that PVE writes, and what was put there', async () => {
    await out(
      pve1,
      'pct create 200 local:vztmpl/debian-12-standard_12.0-1_amd64.tar.zst --rootfs local-lvm:1 --hostname web.example.org --nameserver 9.9.9.9 --net0 name=eth0,bridge=vmbr0,ip=10.0.0.5/24,gw=10.0.0.1,ip6=auto',
    );
    expect(await runPve(pve1, 'pct push 200 /etc/hostname /root/x')).toMatchObject({
      exit: 255,
      stderr: 'can only push files to a running CT\n',
    });
    await out(pve1, 'pct start 200');
    expect(await out(pve1, 'pct exec 200 -- cat /etc/network/interfaces')).toContain(
      'iface eth0 inet static\n\taddress 10.0.0.5/24\n\tgateway 10.0.0.1\n\niface eth0 inet6 auto\n',
    );
    expect(await out(pve1, 'pct exec 200 -- cat /etc/hosts')).toContain('10.0.0.5 web.example.org web\n');
    await out(pve1, 'pct push 200 /etc/hostname /root/x');
    expect(await out(pve1, 'pct exec 200 -- cat /root/x')).toBe('pve1\n');
    expect(await runPve(pve1, 'pct push 200 /etc/hostname /no/such/x')).toMatchObject({
      exit: 0,
      stderr: 'failed to create file: /no/such/x: No such file or directory\n',
    });
    expect(await out(pve1, 'pct df 200')).toBe(
      'MP     Volume                    Size Used  Avail Use% Path\nrootfs local-lvm:vm-200-disk-0 973.4M 2.4M 903.8M  0.2 /\n',
    );
  });
});

describe('rules of HA', () => {
  it('are refused where they contradict others', async () => {
    for (const vmid of [100, 101, 102]) {
      await out(pve1, `qm create ${vmid}`);
      await out(pve1, `ha-manager add vm:${vmid}`);
    }
    await out(
      pve1,
      'ha-manager rules add resource-affinity near --resources vm:100,vm:101 --affinity positive',
    );
    const far = 'ha-manager rules add resource-affinity far --affinity negative --resources';
    expect(await runPve(pve1, `${far} vm:100,vm:101,vm:102`)).toMatchObject({
      stderr:
        "create ha rule failed: 400 Rule 'far' is invalid.\nresources: rule defines more resources than available nodes, rule shares two or more resources with a positive resource affinity rule\n",
    });
    await out(pve1, 'ha-manager rules set resource-affinity near --disable 1');
    await out(pve1, `${far} vm:100,vm:101`);
  });
});

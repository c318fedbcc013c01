import { expect, it } from 'vitest';
import { freshNodes, runPve } from './run-pve.ts';

const STORAGES =
  'zfspool: tank\n\tpool tank\n\tcontent images,rootdir\n\ndir: data\n\tpath /mnt/data\n\tcontent images\n\n';
const CONFIG = '/etc/pve/replication.cfg';

it('keeps jobs of replication as PVE does, in its words (recordings cluster-02 and pvesh-03)', async () => {
  const [machine] = [...freshNodes(['pve1', 'pve2', 'pve3']).values()];
  if (machine === undefined) throw new Error('no node');
  machine.files.write('/etc/pve/storage.cfg', STORAGES);
  const guest = (vmid: number, text: string): void =>
    machine.files.write(`/etc/pve/nodes/pve1/qemu-server/${vmid}.conf`, text);
  guest(100, 'scsi0: tank:vm-100-disk-0,size=1G\nscsi1: data:100/vm-100-disk-0.raw,replicate=0,size=1G\n');
  guest(103, 'scsi0: data:103/vm-103-disk-0.raw,size=1G\n');
  guest(104, 'ide2: none,media=cdrom\n');
  const said = async (line: string): Promise<string> => {
    const { exit, stdout, stderr } = await runPve(machine, line);
    return `${exit === 0 ? '' : 'failed: '}${stdout}${stderr}`;
  };

  expect(await said('pvesr create-local-job 103-0 pve3')).toBe(
    "failed: missing replicate feature on volume 'data:103/vm-103-disk-0.raw'\n",
  );
  expect(await said('pvesr create-local-job 104-0 pve3')).toBe('failed: No replicatable volumes found\n');
  expect(await said('pvesr create-local-job 999-0 pve2')).toBe("failed: Guest '999' does not exist.\n");
  expect(await said('pvesr create-local-job 100-0 pve4')).toBe("failed: Target 'pve4' does not exist.\n");
  expect(await said('pvesr create-local-job 100-0 pve1')).toBe(
    'failed: Source and target must not be identical\n',
  );
  expect(await said('pvesr create-local-job bad pve2')).toBe(
    "failed: 400 Parameter verification failed.\nid: invalid format - invalid replication job id 'bad'\n\npvesr create-local-job <id> <target> [OPTIONS]\n",
  );
  expect(await said('pvesr update 100-0 --rate 3')).toBe("failed: no such job '100-0'\n");

  expect(await said('pvesr create-local-job 100-0 pve2 --rate 12.5 --comment a:b')).toBe('');
  expect(await said('pvesr create-local-job 100-1 pve2')).toBe(
    "failed: replication job for guest '100' to target 'local/pve2' already exists\n",
  );
  expect(await said('pvesr create-local-job 100-0 pve3')).toBe(
    "failed: replication job '100-0' already exists\n",
  );
  expect(await said('pvesr update 100-0 --disable 1 --schedule 22:30 --delete comment')).toBe('');
  expect(machine.files.read(CONFIG)).toBe(
    'local: 100-0\n\tdisable\n\ttarget pve2\n\trate 12.5\n\tschedule 22:30\n\tsource pve1\n\n',
  );
  expect(await said('pvesr delete 100-0')).toBe(
    'Replication job removal is a background task and will take some time.\n',
  );
  expect(machine.files.read(CONFIG)).toContain('\tremove_job full\n');
  expect(await said('pvesr list')).toBe(
    'JobID                Target                 Schedule  Rate  Enabled\n100-0                local/pve2                22:30  12.5       no\n',
  );
  expect(await said('pvesr delete 100-0 --force 1')).toBe('');
  expect(machine.files.read(CONFIG)).toBe('');
});

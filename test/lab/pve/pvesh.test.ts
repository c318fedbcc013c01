import { beforeEach, describe, expect, it } from 'vitest';
import type { Machine } from '../../../lab/src/machine.ts';
import { freshNodes, runPve } from './run-pve.ts';

let pve1: Machine;
let pve2: Machine;

beforeEach(async () => {
  const nodes = freshNodes(['pve1', 'pve2']);
  const [first, second] = [nodes.get('pve1'), nodes.get('pve2')];
  if (first === undefined || second === undefined) throw new Error('no nodes');
  [pve1, pve2] = [first, second];
  await runPve(pve1, 'qm create 100 --name web --scsi0 local-lvm:1');
});

async function json(line: string): Promise<unknown> {
  const { stdout, stderr } = await runPve(pve1, `pvesh ${line} --output-format json`);
  return stdout === '' ? stderr : JSON.parse(stdout);
}

const said = async (line: string): Promise<string> => (await runPve(pve1, line)).stderr;

describe('tables', () => {
  it('have box lines under UTF-8, and units and numbers at the right', async () => {
    await runPve(pve1, 'pvesm alloc local-lvm 100 vm-100-disk-7 2G');
    const { stdout } = await runPve(
      pve1,
      'pvesh get /nodes/pve1/storage/local-lvm/content --vmid 100 --noheader',
    );
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^┌─+┬─+┬/);
    expect(lines[1]).toMatch(/^│ raw    │ local-lvm:vm-100-disk-0 │/);
    expect(lines[1]).toContain(' │ 1.00 GiB │ ');
    expect(lines.at(-2)).toMatch(/^└─+┴─+┴.*┘$/);
  });

  it('can go without lines and without units', async () => {
    const { stdout } = await runPve(pve1, 'pvesh get /nodes/pve1/qemu --noborder --human-readable 0');
    expect(stdout.split('\n')[1]).toMatch(/^stopped +100 +0 +1 .* 1073741824 +536870912 /);
  });

  it('are JSON or YAML when asked', async () => {
    const { stdout } = await runPve(
      pve1,
      'pvesh get /nodes/pve1/qemu/100/feature --feature snapshot --output-format yaml',
    );
    expect(stdout).toBe('---\nhasFeature: 1\nnodes:\n- pve1\n');
  });
});

describe('paths', () => {
  it('are listed with what can be done there', async () => {
    await runPve(pve1, 'qm snapshot 100 before');
    const ls = async (path: string): Promise<string> => (await runPve(pve1, `pvesh ls ${path}`)).stdout;
    expect(await ls('/nodes')).toBe('Dr---        pve1\nDr---        pve2\n');
    expect(await ls('/nodes/pve1/qemu')).toBe('Dr--d        100\n');
    expect(await ls('/nodes/pve1/qemu/100/snapshot')).toBe('Dr--d        before\nDr--d        current\n');
    expect(await said('pvesh ls /version')).toBe("resource '/version' does not define child links\n");
    expect(await said('pvesh ls /nosuch')).toBe("no such resource '/nosuch'\n");
  });

  it('that are none are told from what the lab lacks', async () => {
    expect(await said('pvesh set /nodes/pve1/qemu/100/status/start')).toBe(
      "No 'set' handler defined for '/nodes/pve1/qemu/100/status/start'\n",
    );
    expect(await said('pvesh get /nodes/pve1/report')).toBe(
      "pvefleet-lab: 'GET /nodes/{node}/report' is not modelled\n",
    );
  });

  it('have their options told', async () => {
    const { stdout } = await runPve(pve1, 'pvesh usage /nodes/pve1/qemu/100/resize');
    expect(stdout).toBe(
      'USAGE: pvesh set /nodes/pve1/qemu/100/resize --disk <string> --size <string> [OPTIONS]\n',
    );
  });
});

describe('guests', () => {
  it('have snapshots that are read and described', async () => {
    await runPve(pve1, 'qm snapshot 100 before');
    await runPve(pve1, 'pvesh set /nodes/pve1/qemu/100/snapshot/before/config --description', 'the old one');
    expect(await json('get /nodes/pve1/qemu/100/snapshot')).toMatchObject([
      { name: 'before', description: 'the old one', vmstate: 0 },
      { name: 'current', parent: 'before', running: 0 },
    ]);
    expect(await json('get /nodes/pve1/qemu/100/snapshot/before/config')).toMatchObject({
      scsi0: 'local-lvm:vm-100-disk-0,size=1G',
      snaptime: 1795457000,
    });
    expect(await said('pvesh get /nodes/pve1/qemu/100/snapshot/nope/config')).toBe(
      "snapshot 'nope' does not exist\n",
    );
  });

  it('become templates, lose disks, and show what cloud-init would get', async () => {
    await runPve(
      pve1,
      'qm create 101 --scsi0 local-lvm:1 --ide2 local-lvm:cloudinit --ciuser deb --cipassword x',
    );
    expect(await json('get /nodes/pve1/qemu/101/cloudinit')).toEqual([
      { key: 'cipassword', value: '**********' },
      { key: 'ciuser', value: 'deb' },
    ]);
    await runPve(pve1, 'pvesh set /nodes/pve1/qemu/100/unlink --idlist scsi0');
    expect(pve1.files.read('/etc/pve/qemu-server/100.conf')).toContain('unused0: local-lvm:vm-100-disk-0\n');
    await runPve(pve1, 'pvesh create /nodes/pve1/qemu/101/template');
    expect(pve1.files.read('/etc/pve/qemu-server/101.conf')).toContain('template: 1\n');
  });

  it('and nodes and storages of the whole cluster are one list', async () => {
    await runPve(pve2, 'qm create 200 --tags blue');
    await runPve(pve1, 'pvesh create /pools --poolid shop');
    await runPve(pve1, 'pvesh set /pools/shop --vms 200');
    const rows = await json('get /cluster/resources');
    expect(rows).toMatchObject([
      { id: '/pool/shop', type: 'pool' },
      { id: 'qemu/100', node: 'pve1' },
      { id: 'qemu/200', node: 'pve2', pool: 'shop', tags: 'blue' },
      { id: 'node/pve1', status: 'online' },
      { id: 'node/pve2' },
      { id: 'storage/pve1/local', status: 'available' },
      { id: 'storage/pve1/local-lvm' },
      { id: 'storage/pve2/local' },
      { id: 'storage/pve2/local-lvm' },
      { id: 'network/pve1/zone/localnetwork' },
      { id: 'network/pve2/zone/localnetwork' },
    ]);
    expect(await json('get /pools/shop')).toMatchObject({ poolid: 'shop', members: [{ vmid: 200 }] });
    expect(await json('get /cluster/resources --type storage')).toHaveLength(4);
  });
});

describe('volumes', () => {
  it('are made, shown and removed', async () => {
    const content = '/nodes/pve1/storage/local-lvm/content';
    expect(
      (await runPve(pve1, `pvesh create ${content} --vmid 100 --filename vm-100-disk-5 --size 1G`)).stdout,
    ).toContain('local-lvm:vm-100-disk-5\n');
    expect(await json(`get ${content}/vm-100-disk-5`)).toMatchObject({
      path: '/dev/pve/vm-100-disk-5',
      size: 1024 ** 3,
    });
    const { stdout } = await runPve(pve1, `pvesh delete ${content}/vm-100-disk-5`);
    expect(stdout).toMatch(/Removed volume 'local-lvm:vm-100-disk-5'\nUPID:pve1:\S+:imgdel:100@local-lvm:/);
    expect(await said(`pvesh delete ${content}/local:vm-100-disk-5`)).toContain(
      'storage: storage ID missmatch\n',
    );
  });
});

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

describe('backup jobs', () => {
  it('say when they run next', async () => {
    await runPve(pve1, 'pvesh create /cluster/backup --id ja --all 1 --schedule 02:30');
    await runPve(pve1, 'pvesh create /cluster/backup --id jb --vmid 100 --schedule', 'sat,mon..tue 1:15');
    await runPve(pve1, 'pvesh create /cluster/backup --id jc --vmid 100 --schedule hourly');
    const rows = await json('get /cluster/backup');
    const next = Array.isArray(rows)
      ? rows.map((row: { 'next-run': number }) => new Date(row['next-run'] * 1000).toUTCString())
      : [];
    expect(next).toEqual([
      'Tue, 24 Nov 2026 02:30:00 GMT',
      'Tue, 24 Nov 2026 01:15:00 GMT',
      'Mon, 23 Nov 2026 19:00:00 GMT',
    ]);
  });

  it('change from a list of guests to all of them', async () => {
    await runPve(pve1, 'pvesh create /cluster/backup --id ja --vmid 100 --schedule 02:30');
    await runPve(pve1, 'pvesh set /cluster/backup/ja --exclude 101 --all 1');
    expect(await json('get /cluster/backup/ja')).toEqual({
      all: 1,
      enabled: 1,
      exclude: '101',
      id: 'ja',
      schedule: '02:30',
      type: 'vzdump',
    });
    expect(await said('pvesh set /cluster/backup/nope --enabled 0')).toBe('no such vzdump job\n');
    expect(await said('pvesh delete /cluster/backup/nope')).toBe(
      "400 Parameter verification failed.\nid: No such job 'nope'\n",
    );
  });
});

describe('the firewall of a guest', () => {
  const rules = '/nodes/pve1/qemu/100/firewall/rules';
  const file = (): string | undefined => pve1.files.read('/etc/pve/firewall/100.fw');

  it('takes rules at the top, moves and removes them', async () => {
    await runPve(pve1, `pvesh create ${rules} --type in --action ACCEPT --macro ssh --enable 1`);
    await runPve(pve1, `pvesh create ${rules} --type in --action DROP --proto tcp --dport 80 --iface net0`);
    expect(file()).toBe('[RULES]\n\n|IN DROP -i net0 -p tcp -dport 80\nIN SSH(ACCEPT)\n\n');
    await runPve(pve1, `pvesh set ${rules}/0 --moveto 2`);
    await runPve(pve1, `pvesh set ${rules}/0 --source 10.0.0.0/8 --comment`, 'from inside');
    expect(file()).toBe(
      '[RULES]\n\nIN SSH(ACCEPT) -source 10.0.0.0/8 # from inside\n|IN DROP -i net0 -p tcp -dport 80\n\n',
    );
    expect(await json(`get ${rules}/0`)).toMatchObject({ macro: 'SSH', source: '10.0.0.0/8', enable: 1 });
    await runPve(pve1, `pvesh delete ${rules}/1`);
    await runPve(pve1, `pvesh delete ${rules}/0`);
    expect(file()).toBeUndefined();
  });

  it('refuses what PVE refuses', async () => {
    const wrong = async (options: string): Promise<string | undefined> =>
      (await said(`pvesh create ${rules} --type in ${options}`)).split('\n')[1];
    expect(await wrong('--action NOPE')).toBe("action: unknown action 'NOPE'");
    expect(await wrong('--action DROP --dport 80')).toBe(
      "proto: missing property - 'dport' requires this property",
    );
    expect(await wrong('--action DROP --iface eth0')).toBe(
      "iface: value does not match the regex pattern 'net\\d+'",
    );
    expect(await wrong('--action DROP --source +admins')).toBe("source: no such ipset 'admins'");
    expect(await said(`pvesh delete ${rules}/3`)).toBe('no rule at position 3\n');
  });
});

describe('access lists', () => {
  it('have a line for those who have the same roles', async () => {
    pve1.files.write(
      '/etc/pve/user.cfg',
      'user:root@pam:1:0::::::\nuser:bob@pve:1:0::::::\ngroup:ops:bob@pve::\n',
    );
    await runPve(pve1, 'pveum acl modify /vms/100 --users bob@pve --groups ops --roles PVEVMUser,PVEAuditor');
    await runPve(pve1, 'pveum acl modify / --users bob@pve --roles PVEAuditor --propagate 0');
    const lines = (): string[] =>
      (pve1.files.read('/etc/pve/user.cfg') ?? '').split('\n').filter((line) => line.startsWith('acl:'));
    expect(lines()).toEqual([
      'acl:0:/:bob@pve:PVEAuditor:',
      'acl:1:/vms/100:@ops,bob@pve:PVEAuditor,PVEVMUser:',
    ]);
    await runPve(pve1, 'pveum acl delete /vms/100 --groups ops --roles PVEAuditor');
    expect(lines().slice(1)).toEqual([
      'acl:1:/vms/100:bob@pve:PVEAuditor,PVEVMUser:',
      'acl:1:/vms/100:@ops:PVEVMUser:',
    ]);
    expect(await said('pveum acl modify /vms --users eve@pve --roles PVEAdmin')).toBe(
      "ACL update failed: user 'eve@pve' does not exist\n",
    );
    expect(await said('pveum acl modify /bogus --users bob@pve --roles PVEAdmin')).toContain(
      "path: invalid ACL path '/bogus'\n",
    );
  });
});

describe('mappings', () => {
  it('are checked, kept in order and changed', async () => {
    pve1.files.makeDirectory('/srv/share');
    const path = '/cluster/mapping/dir';
    await runPve(
      pve1,
      `pvesh create ${path} --id share --map node=pve1,path=/srv/share --map node=pve2,path=/x`,
    );
    expect(pve1.files.read('/etc/pve/mapping/directory.cfg')).toBe(
      'share\n\tmap node=pve1,path=/srv/share\n\tmap node=pve2,path=/x\n\n',
    );
    expect(
      await said(`pvesh create ${path} --id two --map node=pve1,path=/srv/share --map node=pve1,path=/srv`),
    ).toBe("Node 'pve1' is specified 2 times.\n");
    await runPve(pve1, `pvesh set ${path}/share --map node=pve2,path=/x --description`, 'all of it');
    expect(await json(`get ${path}/share`)).toMatchObject({
      map: ['node=pve2,path=/x'],
      description: 'all of it',
    });
    expect(await json(`get ${path} --check-node pve1`)).toMatchObject([
      { checks: [{ severity: 'warning', message: 'No mapping for node pve1.' }] },
    ]);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import type { Machine } from '../../../lab/src/machine.ts';
import { freshNodes, runPve } from './run-pve.ts';

let pve1: Machine;

beforeEach(async () => {
  const first = freshNodes(['pve1', 'pve2']).get('pve1');
  if (first === undefined) throw new Error('no node');
  pve1 = first;
  await runPve(pve1, 'qm create 100 --name web');
});

async function json(line: string): Promise<unknown> {
  const { stdout, stderr } = await runPve(pve1, `pvesh ${line} --output-format json`);
  return stdout === '' ? stderr : JSON.parse(stdout);
}

const said = async (line: string): Promise<string> => (await runPve(pve1, line)).stderr;

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

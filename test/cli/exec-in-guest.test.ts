import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LabHome } from './lab-home.ts';
import { openLabHome } from './lab-home.ts';
import { runCliIn } from './run-cli.ts';

let fleet: LabHome;
beforeAll(async () => {
  fleet = await openLabHome(2);
  const onPve1 = [
    'qm create 100 --name web1 --tags web --agent 1 --memory 512 && qm start 100',
    'qm create 102 --name noagent --memory 512 && qm start 102',
    'qm create 103 --name off --memory 512',
    'pct create 200 local:vztmpl/$(ls /var/lib/vz/template/cache | head -n 1) --hostname db1 --tags db --unprivileged 1 --rootfs local-lvm:1',
    'pct start 200',
    "echo 'pool:shop::100,200::' >> /etc/pve/user.cfg",
  ];
  const onPve2 = ['qm create 101 --name web2 --tags web --agent 1 --memory 512 && qm start 101'];
  await exec('pve1', '--', onPve1.join('; '));
  await exec('pve2', '--', onPve2.join('; '));
});
afterAll(() => fleet.close());

const exec = (...argv: readonly string[]) => execWith('', ...argv);
const execWith = (input: string, ...argv: readonly string[]) =>
  runCliIn({ input: [Buffer.from(input)], env: { PVEFLEET_INVENTORY: fleet.inventory } }, ['exec', ...argv]);

test('runs where the guests are, in VMs and containers alike', async () => {
  const { code, stdout, stderr } = await exec(
    '--in-guest',
    '100,101,200',
    '--',
    'hostname >&2; echo grüße; exit 7',
  );
  expect(code).toBe(3);
  expect(stdout.match(/^grüße$/gmu)).toHaveLength(3);
  expect(stdout.match(/^(?:vm|container).*$/gmu)).toEqual([
    'vm/100@lab (1) web1: exit 7',
    'vm/101@lab (1) web2: exit 7',
    'container/200@lab (1) db1: exit 7',
  ]);
  expect(stderr).toBe('RESULT  HOSTS  NODE SET\nexit 7  3      container/200@lab,vm/[100-101]@lab\n');
});

test('equal answers are folded with the names of the guests', async () => {
  expect((await exec('--in-guest', '@tag-web', '--', 'echo', 'a  b')).stdout).toBe(
    '---------------\nvm/[100-101]@lab (2) web[1-2]\n---------------\na  b\n',
  );
});

test('the input goes to every guest', async () => {
  const { stdout } = await execWith('in\n', '--in-guest', '@pool-shop', '-L', '--', 'cat');
  expect(stdout.split('\n').sort()).toEqual(['', 'container/200@lab: in', 'vm/100@lab: in']);
});

test('a guest that is stopped or has no agent is a row of its own', async () => {
  const { code, stderr } = await exec('--in-guest', '@all', '--json', '--', 'true');
  expect([code, stderr]).toEqual([4, '']);
  const { stdout } = await exec('--in-guest', '102,103', '--json', '--', 'true');
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  const row = (vmid: number, name: string, message: string) =>
    expect.objectContaining({
      host: `vm/${vmid}@lab`,
      vmid,
      name,
      node: 'pve1',
      exit: null,
      error: expect.objectContaining({ trouble: 'unreachable', host: 'pve1', message }),
    });
  expect(rows).toEqual([
    row(103, 'off', 'Cannot run "true" in vm/103@lab: it is stopped on pve1; a running guest is wanted'),
    row(102, 'noagent', 'Cannot run "true" in vm/102@lab: No QEMU guest agent configured'),
  ]);
});

test('guests of a node that gives no answer are rows of their own, the others run', async () => {
  const mend = fleet.lab.faults.add('pve2', { kind: 'dead' });
  const { code, stdout, stderr } = await exec('--in-guest', '100,101', '--', 'hostname');
  mend();
  expect(code).toBe(4);
  expect(stdout).toContain('\nvm/100@lab (1) web1\n---------------\nweb1\n');
  expect(stderr).toMatch(
    /^error: Cannot run "hostname" in vm\/101@lab: it is on pve2, and host pve2 gave no answer \(Cannot connect to pve2/mu,
  );
  expect(stderr).toMatch(/^unreachable +1 +vm\/101@lab$/mu);
});

test('guests on hosts that the pattern leaves out are not meant', async () => {
  expect((await exec('pve2', '--in-guest', '@tag-web', '--', 'true')).stdout).toContain(
    '\nvm/101@lab (1) web2\n',
  );
  expect(await exec('pve2', '--in-guest', '100', '--', 'true')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no guest is "100"'),
  });
});

test('a command that takes too long in a VM is told of with its process', async () => {
  const { code, stderr } = await exec('--in-guest', '100', '--command-timeout', '1', '--', 'sleep 30');
  expect(code).toBe(3);
  expect(stderr).toMatch(
    /^error: Cannot finish "sleep 30" in vm\/100@lab: no end within 1 s; it still runs in the guest, as process \d+$/mu,
  );
});

test('--read-only refuses guests too', async () => {
  expect(await exec('--in-guest', '@all', '--read-only', '--', 'true')).toMatchObject({
    code: 6,
    stdout: '',
  });
});

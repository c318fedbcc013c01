import { expect, test } from 'vitest';
import { ROOT_ENV } from '../../lab/src/shell/run.ts';
import { giveBackLockScript, takeLockScript } from '../../src/apply/lock-script.ts';
import type { Fleet } from './fleet.ts';
import { openFleet } from './fleet.ts';

const LOCKS = '/etc/pve/priv/lock';
const LOCK = `${LOCKS}/pvefleet`;
const PLACES = [
  { node: 'n1', vmid: 101 },
  { node: 's1', vmid: 201 },
  { node: 'edge', vmid: 301 },
] as const;
const DOCUMENT = (count: number): string =>
  [
    'vms:',
    ...PLACES.map(({ node, vmid }) => `  - { vmid: ${vmid}, node: ${node}, cores: ${count} }`),
    '',
  ].join('\n');

interface Sites extends Fleet {
  later(seconds: number): void;
  isLocked(): readonly boolean[];
  /** Runs shell text on a node, and gives what it says. */
  on(node: string, command: string): Promise<string>;
}

/** Two clusters and a lone node with a VM each, whose clock can be put forward. */
async function openSites(): Promise<Sites> {
  let ahead = 0;
  const fleet = await openFleet('sites', { clock: () => Math.floor(Date.now() / 1000) + ahead });
  const machine = (node: string) => fleet.lab.nodes.find(({ host }) => host === node)?.machine;
  for (const { node, vmid } of PLACES)
    machine(node)?.files.write(`/etc/pve/nodes/${node}/qemu-server/${vmid}.conf`, 'cores: 1\n');
  return {
    ...fleet,
    async on(node, command) {
      const shell = fleet.lab.nodes.find(({ host }) => host === node)?.shell;
      const signal = new AbortController().signal;
      const ran = await shell?.({ command, stdin: Buffer.alloc(0), env: ROOT_ENV, signal });
      return ran?.stdout.toString() ?? '';
    },
    later: (seconds) => void (ahead += seconds),
    isLocked: () => PLACES.map(({ node }) => machine(node)?.files.isDirectory(LOCK) === true),
  };
}

function cores(fleet: Fleet): readonly (string | undefined)[] {
  return PLACES.map(
    ({ node, vmid }) =>
      /cores: (\d+)/u.exec(fleet.file(node, `/etc/pve/nodes/${node}/qemu-server/${vmid}.conf`) ?? '')?.[1],
  );
}

test('what another run changes is not changed by a second one; with --lock-wait it is waited for', async () => {
  const fleet = await openSites();
  const other = {
    run: '20261129t120305123-ab12',
    by: 'eve@admin2',
    since: '2026-11-29T12:03:05.123Z',
    command: 'pvefleet apply web.yml',
  };
  expect(await fleet.on('edge', takeLockScript(other, []))).toContain('ours');
  const document = await fleet.write('four.yml', DOCUMENT(4));

  const refused = await fleet.cli(['apply', document, '--yes']);
  expect(refused.exit).toBe(5);
  expect(refused.stderr).toContain(
    'Cannot change node edge: it is being changed by eve@admin2 with run 20261129t120305123-ab12 since 2026-11-29 12:03:05 UTC ("pvefleet apply web.yml"); one run at a time is wanted',
  );
  expect(refused.stderr).toContain('pvefleet show 20261129t120305123-ab12');
  expect(cores(fleet)).toEqual(['1', '1', '1']);
  expect(fleet.isLocked()).toEqual([false, false, true]);

  const waiting = fleet.start(['apply', document, '--yes', '--lock-wait', '60']);
  await waiting.untilError('Waiting up to 60 s. Cannot change node edge');
  fleet.lab.nodes
    .find(({ host }) => host === 'edge')
    ?.machine.files.write('/etc/pve/nodes/edge/qemu-server/301.conf', 'cores: 2\nname: kept\n');
  await fleet.on('edge', giveBackLockScript([other.run]));
  // It has planned again: the config that it had read is not there any more.
  expect(await waiting.ended).toMatchObject({ exit: 0, stdout: expect.stringContaining('2 → 4') });
  expect(cores(fleet)).toEqual(['4', '4', '4']);
  expect(fleet.file('edge', '/etc/pve/nodes/edge/qemu-server/301.conf')).toContain('name: kept');
  expect(fleet.isLocked()).toEqual([false, false, false]);
});

test('the lock of a controller that was killed expires; one that is interrupted gives its back', async () => {
  const fleet = await openSites();
  const two = await fleet.write('two.yml', DOCUMENT(2));
  const letGo = fleet.lab.faults.add('n1', { kind: 'lock', name: '101' });
  const first = fleet.start(['apply', two, '--yes', '--json']);
  await first.until('"type":"step-finished"');
  first.kill();
  await first.ended;
  letGo();
  const four = await fleet.write('four.yml', DOCUMENT(4));
  const refused = await fleet.cli(['apply', four, '--yes']);
  expect(refused.exit).toBe(5);
  expect(refused.stderr).toMatch(
    /^error: Cannot change node edge: it is being changed by \S+@\S+ with run \S+ since [\d-]+ [\d:]+ UTC \("pvefleet apply .*two\.yml --yes --json"\); one run/mu,
  );
  fleet.later(121);
  const again = fleet.lab.faults.add('n1', { kind: 'lock', name: '101' });
  const second = fleet.start(['apply', four, '--yes', '--json']);
  await second.until('"type":"step-finished"');
  expect(fleet.isLocked()).toEqual([true, true, true]);
  second.interrupt();
  again();
  expect(await second.ended).toMatchObject({ exit: 130 });
  expect(fleet.isLocked()).toEqual([false, false, false]);
});

test('the lock of a node that dies meanwhile is given back by another member', async () => {
  const fleet = await openFleet();
  const document = await fleet.write('v.yml', 'node: pve2\nvms:\n  - { vmid: 102, name: late }\n');
  const letGo = fleet.lab.faults.add('pve2', { kind: 'lock', name: '102' });
  const child = fleet.start(['apply', document, '--yes', '--json']);
  await fleet.appears('pve1', LOCKS);
  fleet.lab.faults.add('pve1', { kind: 'dead' });
  letGo();
  expect(await child.ended).toMatchObject({ exit: 0 });
  expect(fleet.file('pve2', '/etc/pve/nodes/pve2/qemu-server/102.conf')).toContain('name: late');
  expect(fleet.file('pve2', `${LOCK}.holder`)).toBeUndefined();
});

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PveCommand } from '../../lab/src/machine.ts';
import { pveCommands } from '../../lab/src/pve/commands.ts';
import { runCliIn } from '../cli/run-cli.ts';
import { openFleet } from './fleet.ts';

const recordedQm: PveCommand = pveCommands.get('qm') ?? (() => Promise.reject(new Error('no qm')));

/** A Proxmox VE that does not do all that was recorded; what it was given to read is kept. */
function otherQm(seen: string[], before: (argv: readonly string[]) => void): PveCommand {
  return async (machine, argv, input) => {
    before(argv);
    seen.push(input.stdin);
    const line = argv.join(' ');
    // Says it has done it, and has not.
    if (line.includes('--delete unused0'))
      return { stdout: 'update VM 9990: -delete unused0\n', stderr: '', exit: 0 };
    const ran = await recordedQm(machine, argv, input);
    // Leaves a disk behind, which no step sees.
    if (line.startsWith('destroy 9992')) machine.volumes.set('/dev/pve/vm-9992-disk-0', 1024 ** 3);
    if (line.includes('--balloon 256')) return { ...ran, stdout: `${ran.stdout}balloon: taken\n` };
    if (line.startsWith('start 9990'))
      return { ...ran, stderr: `${machine.name}.lab.internal (192.0.2.7, bc:24:11:00:00:01) is slow\n` };
    return ran;
  };
}

test('a self-test refuses what is there, cleans up behind trouble, and reports how a Proxmox VE differs', async () => {
  const seen: string[] = [];
  let before = (_argv: readonly string[]): void => undefined;
  const qm = otherQm(seen, (argv) => before(argv));
  const fleet = await openFleet('lone', { commands: new Map([...pveCommands, ['qm', qm]]) });
  const [node] = fleet.lab.nodes;
  const host = node?.host ?? '';
  const files = node?.machine.files;
  const name = node?.machine.name ?? '';
  const guests = (): readonly string[] => [
    ...fleet.names(host, `/etc/pve/nodes/${name}/qemu-server`),
    ...fleet.names(host, `/etc/pve/nodes/${name}/lxc`),
    ...fleet.names(host, '/dev/pve').filter((volume) => /-99\d\d-/u.test(volume)),
  ];
  const selftest = (...flags: string[]) =>
    fleet.cli(['selftest', '--node', host, '--vmids', '9990-9999', ...flags]);

  // What is there already is never touched.
  files?.write(`/etc/pve/nodes/${name}/qemu-server/9997.conf`, 'name: web\nmemory: 512\n');
  files?.write('/etc/pve/jobs.cfg', 'vzdump: nightly\n\tschedule 01:00\n\tvmid 9995\n');
  const used = await selftest('--yes');
  expect(used).toMatchObject({ exit: 6, stdout: '' });
  expect(used.stderr).toContain('Cannot run the self-test: VMID 9995 is named in the cluster');
  expect(used.stderr).toContain(`Cannot run the self-test: VMID 9997 is used, by vm web on ${name}`);
  files?.remove('/etc/pve/jobs.cfg');
  files?.remove(`/etc/pve/nodes/${name}/qemu-server/9997.conf`);
  expect(await selftest('--yes', '--storage', 'lokal-lvm')).toMatchObject({
    exit: 6,
    stderr: expect.stringContaining(
      'there is no storage "lokal-lvm"; one that takes images is wanted; did you mean "local-lvm"?',
    ),
  });
  expect(await selftest('--yes', '--storage', 'local')).toMatchObject({
    exit: 6,
    stderr: expect.stringContaining(
      'storage local takes iso, vztmpl, backup, import; one with the content "images"',
    ),
  });
  node?.machine.volumes.set('/dev/pve/vm-9991-disk-0', 1024 ** 3);
  expect(await selftest('--yes')).toMatchObject({
    exit: 6,
    stderr: expect.stringContaining('storage local-lvm holds local-lvm:vm-9991-disk-0'),
  });
  node?.machine.volumes.remove('/dev/pve/vm-9991-disk-0');

  // Nobody has said yes.
  const shown = await selftest();
  expect(shown).toMatchObject({ exit: 1, stdout: '' });
  expect(shown.stderr).toContain('qm create 9990 --name pvefleet-selftest');
  expect(shown.stderr).toContain('consent is wanted');
  expect(fleet.tasks(host)).toBe(0);

  // Nothing can be made: the rest is not tried, and nothing is left.
  const mend = fleet.lab.faults.add(host, { kind: 'full', storage: 'local-lvm' });
  const full = await selftest('--yes', '--json');
  mend();
  expect(full.exit).toBe(2);
  expect(JSON.parse(full.stdout)).toMatchObject({ differing: 2, asExpected: 0, notTried: 48, left: [] });
  expect(full.stderr).toContain('Nothing is left on the node.');
  expect(guests()).toEqual([]);

  // Ctrl-C in the middle.
  const interrupt = new AbortController();
  before = ([command]) => {
    if (command === 'resize') interrupt.abort();
  };
  const env = { PVEFLEET_INVENTORY: fleet.inventory, XDG_STATE_HOME: fleet.directory };
  const argv = ['selftest', '--node', host, '--vmids', '9990:9999', '--yes'];
  const stopped = await runCliIn({ env, signal: interrupt.signal }, argv);
  before = () => undefined;
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toContain('Interrupted: what runs is waited for');
  expect(stopped.stderr).toContain(
    '6 to 50  not tried: the test was interrupted\nNothing is left on the node.',
  );
  expect(stopped.stdout).toContain('| 4 | A second disk is added | as expected |');
  expect(guests()).toEqual([]);

  // All of it, on a Proxmox VE that does three things otherwise: these are reported, and nothing else.
  const report = join(fleet.directory, 'report.md');
  const ran = await selftest('--yes', '--out', report);
  expect(ran.exit).toBe(2);
  expect(ran.stdout).toBe(`Self-test: 4 of 50 steps differ. The report is in ${report}.`);
  const text = await readFile(report, 'utf8');
  expect(text.match(/^## \d+\..*$/gmu)).toEqual([
    '## 2. Options of a stopped VM are set',
    '## 12. The VM is started',
    '## 26. A detached disk is destroyed',
    '## 32. The VM is destroyed',
  ]);
  expect(text).toContain(
    '```diff\n  update VM 9990: -agent 1 -balloon 256 -cores 2 -cpu x86-64-v2-AES -memory 384 -startup order=3,up=10\n+ balloon: taken\n```',
  );
  expect(text).toContain('\n+ NODE (ADDRESS, MAC) is slow\n');
  expect(text).toContain('+ Cannot confirm vm/9990@NODE: the command ended, but unused0 is still set');
  expect(guests()).toEqual([]);

  // The password of the test stands nowhere.
  const password = seen.flatMap((stdin) => stdin.split('\n')).find((line) => /^[\w-]{16}$/u.test(line));
  expect(password).toBeDefined();
  const journals = await readdir(join(fleet.directory, 'pvefleet'));
  const kept = await Promise.all(
    journals.map((file) => readFile(join(fleet.directory, 'pvefleet', file), 'utf8').catch(() => '')),
  );
  expect([text, ran.stderr, ...kept].join('\n')).not.toContain(password);
});

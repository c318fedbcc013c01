import { expect, it } from 'vitest';
import type { Machine } from '../../../lab/src/machine.ts';
import { freshNodes, runPve } from './run-pve.ts';

const FILE = '/etc/network/interfaces';

function freshNode(): Machine {
  const [machine] = [...freshNodes(['pve1']).values()];
  if (machine === undefined) throw new Error('no node');
  return machine;
}

/** Runs a pvesh command on the node's network; gives what it says on stderr. */
async function network(machine: Machine, line: string): Promise<string> {
  return (await runPve(machine, line.replace('NET', '/nodes/pve1/network'))).stderr;
}

it('keeps changes beside the file until they are applied', async () => {
  const machine = freshNode();
  const before = machine.files.read(FILE);
  expect(
    await network(machine, 'pvesh create NET --iface vmbr9 --type bridge --cidr 10.9.0.1/24 --autostart 1'),
  ).toBe('');
  expect(machine.files.read(FILE)).toBe(before);
  const staged = machine.files.read(`${FILE}.new`) ?? '';
  expect(staged).toContain(
    'auto vmbr9\niface vmbr9 inet static\n\taddress 10.9.0.1/24\n\tbridge-ports none\n\tbridge-stp off\n\tbridge-fd 0\n',
  );
  await network(machine, 'pvesh set NET');
  expect(machine.files.read(FILE)).toBe(staged);
  expect(machine.files.exists(`${FILE}.new`)).toBe(false);
});

it('drops them again', async () => {
  const machine = freshNode();
  await network(machine, 'pvesh create NET --iface vmbr9 --type bridge');
  await network(machine, 'pvesh delete NET');
  expect(machine.files.exists(`${FILE}.new`)).toBe(false);
});

it('refuses what another interface has', async () => {
  const machine = freshNode();
  await network(machine, 'pvesh create NET --iface vmbr9 --type bridge');
  expect(await network(machine, 'pvesh create NET --iface vmbr9 --type bridge')).toContain(
    'interface already exists',
  );
  expect(await network(machine, 'pvesh delete NET/vmbr99')).toContain('interface does not exist');
});

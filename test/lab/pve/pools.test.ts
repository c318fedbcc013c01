import { expect, it } from 'vitest';
import { freshNodes, runPve } from './run-pve.ts';

const USERS = '/etc/pve/user.cfg';

/** Runs commands one after another; gives what each one says on stderr. */
async function says(...lines: readonly string[]): Promise<readonly string[]> {
  const [machine] = [...freshNodes(['pve1']).values()];
  if (machine === undefined) throw new Error('no node');
  const said: string[] = [];
  for (const line of lines)
    said.push(line.startsWith('/') ? (machine.files.read(line) ?? '') : (await runPve(machine, line)).stderr);
  return said;
}

it('writes user.cfg as PVE does, and keeps a guest in one pool', async () => {
  const user = 'user:root@pam:1:0:::root@lab.internal:::\n\n\n';
  expect(
    await says(
      'pveum pool add web',
      'pveum pool add web/old --comment a:b',
      'qm create 100 --pool web',
      'pveum pool modify web --vms 100',
      'pveum pool modify web/old --vms 100',
      'pveum pool modify web/old --vms 100 --allow-move 1',
      USERS,
      'pveum pool modify web --vms 100 --delete 1',
      'pveum pool delete web/old',
      'qm destroy 100',
      'pveum pool delete web',
      'pveum pool delete web/old',
      USERS,
    ),
  ).toEqual([
    '',
    '',
    '',
    'update pools failed: VM 100 is already a pool member\n',
    "update pools failed: VM 100 belongs already to pool 'web' and 'allow-move' is not set\n",
    '',
    `${user}pool:web::::\npool:web/old:a%3Ab:100::\n\n\n`,
    'update pools failed: VM 100 is not a pool member\n',
    "delete pool failed: pool 'web/old' is not empty (contains VM 100)\n",
    '',
    "delete pool failed: pool 'web' is not empty (contains pool 'web/old')\n",
    '',
    `${user}pool:web::::\n\n\n`,
  ]);
});

it('refuses what is not there, or is there already', async () => {
  expect(
    await says(
      'pveum pool add web',
      'pveum pool add web',
      'pveum pool add a/b',
      'pveum pool modify nope --vms 1000',
      'pveum pool delete nope',
      'qm create 100 --pool nope',
    ),
  ).toEqual([
    '',
    "create pool failed: pool 'web' already exists\n",
    "create pool failed: parent 'a' of pool 'a/b' does not exist\n",
    "update pools failed: pool 'nope' does not exist\n",
    "delete pool failed: pool 'nope' does not exist\n",
    "403 Permission check failed (pool 'nope' does not exist)\n",
  ]);
});

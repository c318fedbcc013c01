import type { Facts } from './host/facts.ts';
import type { Decision } from './host/host-task.ts';
import { plainHostTask } from './host/host-task.ts';
import { accountFiles, accountOf } from './host/accounts.ts';
import type { Values } from './host/parameters.ts';
import { choice, flag, integer, optional, preset, plainText } from './host/parameters.ts';

const parameters = {
  name: plainText('The group.'),
  state: preset(choice(['present', 'absent'], 'Whether it is to be there.'), 'present'),
  gid: optional(integer('Its number.')),
  system: preset(flag('A new one gets a number of the system.'), false),
  non_unique: preset(flag('Its number may be that of another one.'), false),
  force: preset(flag('Remove it though it is the group of a user.'), false),
};

/** A group of users, as Ansible's module. */
export const group = plainHostTask({
  name: 'group',
  help: 'A group of users.',
  parameters,
  notYet: ['local', 'gid_min', 'gid_max'],
  changes: true,
  check: ({ non_unique: isShared, gid }) =>
    isShared && gid === undefined ? [{ argument: 'non_unique', what: '"non_unique" needs "gid"' }] : [],
  reads: () => accountFiles(['group']),
  decide,
});

function decide(values: Values<typeof parameters>, facts: Facts): Decision {
  const { name, state, gid, system, non_unique: isShared, force } = values;
  const now = accountOf(facts, 'group', name);
  const shared = isShared ? ['-o'] : [];
  const number = gid === undefined ? [] : ['-g', String(gid), ...shared];
  const result = { name, state, ...(gid !== undefined && { gid }) };
  if (state === 'absent') {
    if (now === undefined) return { is: 'as wanted', result };
    return { is: 'change', acts: [{ argv: ['groupdel', ...(force ? ['-f'] : []), name] }], result };
  }
  if (now === undefined)
    return {
      is: 'change',
      acts: [{ argv: ['groupadd', ...number, ...(system ? ['-r'] : []), name] }],
      result,
    };
  const differs = gid !== undefined && now[2] !== String(gid);
  return differs
    ? { is: 'change', acts: [{ argv: ['groupmod', ...number, name] }], result }
    : { is: 'as wanted', result: { ...result, gid: Number(now[2]) } };
}

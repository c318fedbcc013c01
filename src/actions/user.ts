import { dirname } from 'node:path';
import { accountFiles, accountOf, accountRows } from './host/accounts.ts';
import type { Facts } from './host/facts.ts';
import type { Decision, HostAct } from './host/host-task.ts';
import { plainHostTask } from './host/host-task.ts';
import type { Values } from './host/parameters.ts';
import {
  absolutePath,
  choice,
  flag,
  integer,
  list,
  decimal,
  optional,
  plainText,
  preset,
} from './host/parameters.ts';
import { homeParameters, homeReads, keyActs, keyResult, missingHomeActs } from './host/user-home.ts';

const parameters = {
  name: plainText('The user.', ['user']),
  state: preset(choice(['present', 'absent'], 'Whether it is to be there.'), 'present'),
  uid: optional(integer('Its number.')),
  group: optional(plainText('Its first group.')),
  groups: optional(list('Its other groups.')),
  append: preset(flag('It may be in other groups too.'), false),
  comment: optional(plainText('Its full name.')),
  home: optional(absolutePath('Its home directory.')),
  shell: optional(absolutePath('Its shell.')),
  password: optional(plainText('The hash of its password, as the filter password_hash gives it.')),
  update_password: preset(choice(['always', 'on_create'], 'When the password is set.'), 'always'),
  password_lock: optional(flag('Whether it can not log in with its password.')),
  create_home: preset(flag('Make its home directory.', ['createhome']), true),
  move_home: preset(flag('Move its home directory to a new place.'), false),
  system: preset(flag('A new one gets a number of the system.'), false),
  non_unique: preset(flag('Its number may be that of another one.'), false),
  remove: preset(flag('Remove its home directory with it.'), false),
  force: preset(flag('Remove it though it is logged in; make its SSH key anew.'), false),
  umask: optional(plainText('Of a new home directory.')),
  expires: optional(decimal('When the account ends: seconds since 1970; negative: never.')),
  password_expire_max: optional(integer('Days after which the password must be changed.')),
  password_expire_min: optional(integer('Days before which it must not be.')),
  password_expire_warn: optional(integer('Days before its end when the user is warned.')),
  ...homeParameters,
};

type UserValues = Values<typeof parameters>;

/** A user of the node, as Ansible's module. */
export const user = plainHostTask({
  name: 'user',
  help: 'A user of the node itself (not of Proxmox VE).',
  parameters,
  notYet: [
    'authorization',
    'hidden',
    'local',
    'login_class',
    'profile',
    'role',
    'seuser',
    'ssh_key_passphrase',
  ],
  changes: true,
  check: ({ password, append, groups }) => [
    ...(password === undefined || /^(?:[!*]*|!?\$\S+|[\w./]{13})$/u.test(password)
      ? []
      : [
          {
            argument: 'password',
            what: '"password" is no hash; one is wanted, as "{{ word | password_hash(\'sha512\') }}" gives it',
          },
        ]),
    ...(append && groups === undefined ? [{ argument: 'append', what: '"append" needs "groups"' }] : []),
  ],
  reads: (values) => [...accountFiles(['passwd', 'group', 'shadow']), ...homeReads(values)],
  decide(values, facts) {
    const now = accountOf(facts, 'passwd', values.name);
    const { name, state } = values;
    const result = { name, state, ...accountAfter(values, now), ...keyResult(values, facts) };
    if (state === 'absent') return { ...removal(values, now !== undefined), result };
    const [, , , , , nowHome = ''] = now ?? [];
    const acts = [
      ...(now === undefined ? creation(values, facts) : modification(values, now, facts)),
      ...(now === undefined ? [] : missingHomeActs(values, nowHome, facts)),
      ...keyActs(values, facts),
      ...agingActs(values, accountOf(facts, 'shadow', name) ?? []),
    ];
    return acts.length === 0 ? { is: 'as wanted', result } : { is: 'change', acts, result };
  },
});

/** What is known of the account when all is done; a new one's number only if it was given. */
function accountAfter({ name, uid, home, shell, state }: UserValues, now: readonly string[] | undefined) {
  if (state === 'absent') return {};
  const [, , nowUid, , , nowHome, nowShell] = now ?? [];
  const number = uid ?? (nowUid === undefined ? undefined : Number(nowUid));
  const program = shell ?? nowShell;
  return {
    ...(number !== undefined && { uid: number }),
    home: home ?? nowHome ?? `/home/${name}`,
    ...(program !== undefined && { shell: program }),
  };
}

function removal({ name, remove, force }: UserValues, isThere: boolean): Decision {
  if (!isThere) return { is: 'as wanted' };
  return {
    is: 'change',
    acts: [{ argv: ['userdel', ...(force ? ['-f'] : []), ...(remove ? ['-r'] : []), name] }],
  };
}

/** A hash goes by stdin, where nobody reads it in the list of processes. */
function passwordAct(name: string, password: string): HostAct {
  return {
    argv: ['chpasswd', '-e'],
    stdin: `${name}:${password}\n`,
    title: `set the password of ${name}`,
  };
}

const option = (letter: string, value: string | number | undefined): readonly string[] =>
  value === undefined ? [] : [letter, String(value)];

function creation(values: UserValues, facts: Facts): readonly HostAct[] {
  const { name, uid, group, groups = [], comment, home, shell, password, password_lock: isLocked } = values;
  const argv = [
    'useradd',
    ...option('-u', uid),
    ...(uid !== undefined && values.non_unique ? ['-o'] : []),
    ...option('-g', group),
    // Else it would make a group of the user's own name.
    ...(group === undefined && accountOf(facts, 'group', name) !== undefined ? ['-N'] : []),
    ...(groups.length > 0 ? ['-G', groups.join(',')] : []),
    ...option('-c', comment),
    ...option('-d', home),
    ...option('-s', shell),
    ...(values.expires === undefined ? [] : ['-e', dayOf(values.expires)]),
    ...(values.system ? ['-r'] : []),
    ...(values.create_home ? ['-m', ...option('-k', values.skeleton)] : ['-M']),
    ...(values.create_home && values.umask !== undefined ? ['-K', `UMASK=${values.umask}`] : []),
    name,
  ];
  const parent = home === undefined || !values.create_home ? undefined : dirname(home);
  return [
    ...(parent === undefined || facts.path(parent).followed ? [] : [{ argv: ['mkdir', '-p', parent] }]),
    { argv },
    ...(password === undefined ? [] : [passwordAct(name, password)]),
    ...(isLocked === true ? [{ argv: ['usermod', '-L', name] }] : []),
  ];
}

function modification(values: UserValues, now: readonly string[], facts: Facts): readonly HostAct[] {
  const { name, uid, group, comment, home, shell } = values;
  const [, , nowUid, nowGid, nowComment, nowHome, nowShell] = now;
  const gid = /^\d+$/u.test(group ?? '') ? group : accountOf(facts, 'group', group ?? '')?.[2];
  const words = [
    ...(uid === undefined || nowUid === String(uid)
      ? []
      : ['-u', String(uid), ...(values.non_unique ? ['-o'] : [])]),
    ...(group === undefined || gid === nowGid ? [] : ['-g', group]),
    ...groupWords(values, facts),
    ...(comment === undefined || comment === nowComment ? [] : ['-c', comment]),
    ...(home === undefined || home === nowHome ? [] : ['-d', home, ...(values.move_home ? ['-m'] : [])]),
    ...(shell === undefined || shell === nowShell ? [] : ['-s', shell]),
    ...expiryWords(values, accountOf(facts, 'shadow', name)?.[7] ?? ''),
  ];
  return [
    ...(words.length === 0 ? [] : [{ argv: ['usermod', ...words, name] }]),
    ...passwordActs(values, accountOf(facts, 'shadow', name)?.[1] ?? ''),
  ];
}

const SECONDS_A_DAY = 86_400;

/** "": never. */
const dayOf = (seconds: number): string =>
  seconds < 0 ? '' : new Date(seconds * 1000).toISOString().slice(0, 10);

/** `now`: the day since 1970 that the account ends; "": never. */
function expiryWords({ expires }: UserValues, now: string): readonly string[] {
  if (expires === undefined) return [];
  const wanted = expires < 0 ? '' : String(Math.floor(expires / SECONDS_A_DAY));
  return wanted === now ? [] : ['-e', dayOf(expires)];
}

/** How long the password is good; of a new user nothing is known yet. */
function agingActs(values: UserValues, shadow: readonly string[]): readonly HostAct[] {
  const { password_expire_min: min, password_expire_max: max, password_expire_warn: warn } = values;
  const fields = [
    ['-m', min, 3],
    ['-M', max, 4],
    ['-W', warn, 5],
  ] as const;
  const words = fields.flatMap(([letter, wanted, at]) =>
    wanted === undefined || shadow[at] === String(wanted) ? [] : [letter, String(wanted)],
  );
  return words.length === 0 ? [] : [{ argv: ['chage', ...words, values.name] }];
}

/** Other groups that it is to be in; without `append` it leaves those that are not named. */
function groupWords({ name, groups, append }: UserValues, facts: Facts): readonly string[] {
  if (groups === undefined) return [];
  const own = accountRows(facts, 'group').flatMap(([group = '', , , members = '']) =>
    members.split(',').includes(name) ? [group] : [],
  );
  const missing = groups.filter((group) => !own.includes(group));
  const surplus = append ? [] : own.filter((group) => !groups.includes(group));
  if (missing.length === 0 && surplus.length === 0) return [];
  return append ? ['-a', '-G', missing.join(',')] : ['-G', groups.join(',')];
}

function passwordActs(
  { name, password, update_password: when, password_lock: isLocked }: UserValues,
  now: string,
): readonly HostAct[] {
  const acts: HostAct[] = [];
  const isOther = password !== undefined && now.replace(/^!+/u, '') !== password.replace(/^!+/u, '');
  if (isOther && when === 'always') acts.push(passwordAct(name, password));
  const wasLocked = acts.length === 0 ? now.startsWith('!') : (password ?? '').startsWith('!');
  if (isLocked !== undefined && isLocked !== wasLocked)
    acts.push({ argv: ['usermod', isLocked ? '-L' : '-U', name] });
  return acts;
}

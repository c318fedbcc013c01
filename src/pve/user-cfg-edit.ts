import { closedLine, lineEnd } from './text-lines.ts';
import { formatUserEntry, splitToken, type UserEntry } from './user-cfg-entry.ts';
import { userState, type AclRule } from './user-cfg-state.ts';
import { readUserLine, type UserConfig, type UserLine } from './user-cfg.ts';

/**
 * Changes of user.cfg that touch only the lines they are about; a new line goes where PVE writes it: users with their
 * tokens, groups, pools, roles, permissions, each by name (pve-access-control's AccessControl.pm write_user_config).
 */

type NamedEntry = Exclude<UserEntry, { kind: 'acl' }>;

/** Puts a user, token, group, pool or role in the place of the one of that name, or adds it. */
export function setUserEntry(config: UserConfig, entry: NamedEntry): UserConfig {
  const at = config.lines.findLastIndex((line) => isNamed(line, entry.kind, entry.id));
  const old = config.lines[at];
  if (old === undefined) return insertEntry(config, entry);
  const before = old.type === 'entry' ? formatUserEntry(old.entry) : '';
  const text = formatUserEntry(entry);
  if (before === text) return config;
  return { lines: config.lines.with(at, readUserLine(`${text}${lineEnd(old.text)}`)) };
}

/** Removes it, and a user's tokens with the user. What mentions it elsewhere stays. */
export function removeUserEntry(config: UserConfig, kind: NamedEntry['kind'], id: string): UserConfig {
  return {
    lines: config.lines.filter(
      (line) =>
        !isNamed(line, kind, id) &&
        !(
          kind === 'user' &&
          line.type === 'entry' &&
          line.entry.kind === 'token' &&
          splitToken(line.entry.id)?.user === id
        ),
    ),
  };
}

/** Gives a user, token or group ("@name") a role on a path; that it has it already leaves the file alone. */
export function setAcl(config: UserConfig, rule: AclRule): UserConfig {
  const old = userState(config).acl.find((one) => isSameGrant(one, rule));
  if (old?.propagate === rule.propagate) return config;
  const { path, member, role, propagate } = rule;
  return insertEntry(removeAcl(config, rule), {
    kind: 'acl',
    propagate,
    path,
    members: [member],
    roles: [role],
  });
}

/** Takes the role away; a line that also says something of others is split, as PVE would write it. */
export function removeAcl(config: UserConfig, grant: Omit<AclRule, 'propagate'>): UserConfig {
  return {
    lines: config.lines.flatMap((line): readonly UserLine[] => {
      if (line.type !== 'entry' || line.entry.kind !== 'acl') return [line];
      const { entry } = line;
      if (
        entry.path !== grant.path ||
        !entry.members.includes(grant.member) ||
        !entry.roles.includes(grant.role)
      )
        return [line];
      const others = { ...entry, members: entry.members.filter((name) => name !== grant.member) };
      const rest = {
        ...entry,
        members: [grant.member],
        roles: entry.roles.filter((name) => name !== grant.role),
      };
      const left = [others, rest].filter(({ members, roles }) => members.length > 0 && roles.length > 0);
      return left.map((one, index) => {
        const end = index === left.length - 1 ? lineEnd(line.text) : '\n';
        return readUserLine(`${formatUserEntry(one)}${end}`);
      });
    }),
  };
}

const isNamed = (line: UserLine, kind: NamedEntry['kind'], id: string): boolean =>
  line.type === 'entry' && line.entry.kind === kind && line.entry.id === id;

const isSameGrant = (a: AclRule, b: AclRule): boolean =>
  a.path === b.path && a.member === b.member && a.role === b.role;

function insertEntry(config: UserConfig, entry: UserEntry): UserConfig {
  const at = placeOf(config, entry);
  const closed = config.lines.map((line, index) =>
    index === at - 1 ? { ...line, text: closedLine(line.text) } : line,
  );
  return { lines: closed.toSpliced(at, 0, readUserLine(`${formatUserEntry(entry)}\n`)) };
}

/** By name among the others of its kind; without such behind the empty lines that PVE divides the kinds by. */
function placeOf({ lines }: UserConfig, entry: UserEntry): number {
  const rank = rankOf(entry);
  const block = blockOf(entry);
  const isSame = (line: UserLine): boolean => line.type === 'entry' && blockOf(line.entry) === block;
  if (lines.some(isSame)) {
    const greater = lines.findIndex(
      (line) => line.type === 'entry' && isSame(line) && rankOf(line.entry) > rank,
    );
    return greater === -1 ? lines.findLastIndex(isSame) + 1 : greater;
  }
  const blanks = lines.flatMap((line, index) => (line.type === 'blank' ? [index] : []));
  const isFromPve = blanks.length === blocks.length - 1;
  const divider = blanks[blocks.indexOf(block) - 1];
  if (isFromPve) return divider === undefined ? 0 : divider + 1;
  const later = lines.findIndex(
    (line) => line.type === 'entry' && blocks.indexOf(blockOf(line.entry)) > blocks.indexOf(block),
  );
  return later === -1 ? lines.length : later;
}

const blocks = ['user', 'group', 'pool', 'role', 'acl'] as const;

const blockOf = (entry: UserEntry): (typeof blocks)[number] => (entry.kind === 'token' ? 'user' : entry.kind);

/** Sorts as PVE writes: tokens right behind their user. */
function rankOf(entry: UserEntry): string {
  const name = entry.kind === 'acl' ? entry.path : entry.id;
  const user = entry.kind === 'token' ? `${splitToken(entry.id)?.user}\u0001${name}` : name;
  return `${blocks.indexOf(blockOf(entry))}${user}`;
}

import type { FileKind, Finding, Inspected, Mention } from './file-kind.ts';
import { splitToken, type UserEntry } from './user-cfg-entry.ts';
import { builtInRoles } from './user-cfg-roles.ts';
import { userState, type UserState } from './user-cfg-state.ts';
import { decodeUserConfig, encodeUserConfig, userEntries } from './user-cfg.ts';

export const userFile: FileKind = {
  kind: 'user',
  summary: 'Users, groups, pools, roles and permissions, user.cfg.',
  path: /^\/etc\/pve\/user\.cfg$/u,
  looksLike: (text) =>
    /^\s*(?:user:[^\s:/]+@[^\s:]+:[01]?(?::|$)|acl:[01]:\/|group:[\w.-]+:[^:]*:|token:[^\s:]+![^\s:]+:)/mu.test(
      text,
    )
      ? 'certain'
      : 'no',
  inspect: inspectUserConfig,
};

function inspectUserConfig(text: string): Inspected {
  const config = decodeUserConfig(text);
  const state = userState(config);
  const broken = config.lines.flatMap((line, index): readonly Finding[] =>
    line.type === 'broken' ? [brokenLine(line.text, line.problem, index + 1)] : [],
  );
  const entries = config.lines.flatMap((line, index) =>
    line.type === 'entry' ? [{ entry: line.entry, line: index + 1 }] : [],
  );
  return {
    value: userEntries(config),
    encoded: encodeUserConfig(config),
    normal: normalUsers(state),
    findings: [
      ...broken,
      ...state.problems.map(({ line, dropped, message }): Finding => ({
        line,
        severity: dropped ? 'error' : 'warning',
        code: dropped ? 'user/dropped' : 'user/unknown-name',
        message,
      })),
      ...entries.flatMap(({ entry, line }): readonly Finding[] =>
        entry.kind === 'acl' && !isKnownPath(entry.path)
          ? [
              {
                line,
                severity: 'warning',
                code: 'user/unknown-path',
                message: `"${entry.path}" is no path that PVE asks for; one like /vms/100 is wanted`,
              },
            ]
          : [],
      ),
    ].toSorted((a, b) => a.line - b.line),
    refs: entries.flatMap(({ entry, line }) => refsOf(entry).map((ref) => ({ ...ref, line }))),
    defines: entries.flatMap(({ entry, line }): readonly Mention[] =>
      entry.kind === 'acl' || entry.kind === 'token' ? [] : [{ kind: entry.kind, name: entry.id, line }],
    ),
  };
}

/** PVE knows no comments here: it complains, and does not write them again. */
function brokenLine(text: string, problem: string, line: number): Finding {
  return text.trimStart().startsWith('#')
    ? {
        line,
        severity: 'warning',
        code: 'user/comment',
        message: 'comments are lost when PVE next writes the file; none is wanted',
      }
    : { line, severity: 'error', code: 'user/broken-line', message: problem };
}

/**
 * What the lines mean together, without their order. Lists are sets. Permissions of root@pam are left out, as PVE has
 * it do everything and does not write them (write_user_config); root@pam itself is there without a line.
 */
function normalUsers(state: UserState): unknown {
  const sortLists = (entry: UserEntry): unknown =>
    Object.fromEntries(
      Object.entries(entry).map(([key, value]) => [key, isList(value) ? value.toSorted() : value]),
    );
  const table = (entries: ReadonlyMap<string, UserEntry>): unknown =>
    [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => sortLists(entry));
  const rules = state.acl
    .filter(({ member }) => member !== 'root@pam')
    .map(({ path, member, role, propagate }) => [path, member, role, propagate ? '1' : '0'].join(' '));
  return {
    users: table(state.users),
    tokens: table(state.tokens),
    groups: table(state.groups),
    pools: table(state.pools),
    roles: table(state.roles),
    acl: rules.toSorted(),
  };
}

const isList = (value: unknown): value is readonly string[] => Array.isArray(value);

type Ref = Omit<Mention, 'line'>;

function refsOf(entry: UserEntry): readonly Ref[] {
  switch (entry.kind) {
    case 'user':
      return realmRef(entry.id);
    case 'token':
      return [{ kind: 'user', name: splitToken(entry.id)?.user ?? '' }];
    case 'group':
      return entry.users.map((name) => ({ kind: 'user', name }));
    case 'pool':
      return [
        ...entry.guests.map((name) => ({ kind: 'guest', name })),
        ...entry.storages.map((name) => ({ kind: 'storage', name })),
      ];
    case 'role':
      return [];
    case 'acl':
      return [
        ...entry.members.map(memberRef),
        ...entry.roles.filter((name) => !builtInRoles.has(name)).map((name) => ({ kind: 'role', name })),
        ...pathRefs(entry.path),
      ];
  }
}

/** The realms "pam" and "pve" are in no file when nobody has changed them. */
function realmRef(user: string): readonly Ref[] {
  const name = user.slice(user.lastIndexOf('@') + 1);
  return name === 'pam' || name === 'pve' ? [] : [{ kind: 'realm', name }];
}

function memberRef(member: string): Ref {
  if (member.startsWith('@')) return { kind: 'group', name: member.slice(1) };
  return { kind: 'user', name: splitToken(member)?.user ?? member };
}

const pathKinds: readonly (readonly [RegExp, string])[] = [
  [/^\/vms\/(?<name>\d+)$/u, 'guest'],
  [/^\/storage\/(?<name>[^/]+)$/u, 'storage'],
  [/^\/pool\/(?<name>.+)$/u, 'pool'],
  [/^\/nodes\/(?<name>[^/]+)$/u, 'node'],
  [/^\/access\/realm\/(?<name>[^/]+)$/u, 'realm'],
  [/^\/access\/groups\/(?<name>[^/]+)$/u, 'group'],
  // The zone of plain bridges is in no file.
  [/^\/sdn\/zones\/(?!localnetwork(?:\/|$))(?<name>[^/]+)/u, 'zone'],
  [/^\/sdn\/zones\/(?!localnetwork\/)[^/]+\/(?<name>[^/]+)/u, 'vnet'],
];

function pathRefs(path: string): readonly Ref[] {
  return pathKinds.flatMap(([pattern, kind]) => {
    const name = pattern.exec(path)?.groups?.['name'];
    return name === undefined || (kind === 'realm' && (name === 'pam' || name === 'pve'))
      ? []
      : [{ kind, name }];
  });
}

/** What `pveum acl modify` takes (check_path); a file may hold others. */
function isKnownPath(path: string): boolean {
  return knownPath.test(path);
}

const part = '[a-z0-9._-]+';
const knownPath = new RegExp(
  `^(?:/|/access(?:/(?:groups|realm)(?:/${part})?)?|/nodes(?:/${part})?|/pool(?:/${part}){0,3}|/storage(?:/${part})?|/vms(?:/[1-9][0-9]{2,})?|/mapping(?:/${part}){0,2}|/sdn(?:/(?:controllers|dns|fabrics|ipams|prefix-lists|route-maps)(?:/[\\w-]+)?|/zones(?:/${part}){0,3})?)$`,
  'iu',
);

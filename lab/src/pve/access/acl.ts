import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import type { Session } from '../session.ts';
import { changeUserConfig, type UserConfig } from './user-cfg.ts';

/** Roles that PVE makes itself. */
const ROLES = new Set(
  `Administrator NoAccess PVEAdmin PVEAuditor PVEDatastoreAdmin PVEDatastoreUser PVEMappingAdmin PVEMappingAuditor PVEMappingUser PVEPoolAdmin
   PVEPoolUser PVESDNAdmin PVESDNUser PVESysAdmin PVETemplateUser PVEUserAdmin PVEVMAdmin PVEVMUser`.split(
    /\s+/,
  ),
);

const NAME = String.raw`[A-Za-z0-9._-]+`;
/** Paths that rights can be given on (PVE::AccessControl::check_path). */
const PATH = new RegExp(
  `^(?:/|/access(?:/(?:groups|realm)(?:/${NAME})?)?|/nodes(?:/${NAME})?|/pool(?:/${NAME}){0,3}|/storage(?:/${NAME})?` +
    `|/sdn(?:/(?:controllers|dns|fabrics|ipams|prefix-lists|route-maps)(?:/[\\w-]+)?|/zones(?:/${NAME}){0,2}(?:/[1-9]\\d{0,3})?)?` +
    `|/vms(?:/[1-9]\\d{2,})?|/mapping(?:/${NAME}){0,2})$`,
);

/** Rights by path, then by who (`@` before a group), then by role: 1 if they hold below the path too. */
type Acl = Map<string, Map<string, Map<string, '0' | '1'>>>;

function readAcl({ others }: UserConfig): Acl {
  const acl: Acl = new Map();
  for (const line of others) {
    const [kind, propagate, path = '', who = '', roles = ''] = line.split(':');
    if (kind !== 'acl') continue;
    for (const one of splitList(who))
      for (const role of splitList(roles)) give(acl, path, one, role, propagate === '0' ? '0' : '1');
  }
  return acl;
}

function give(acl: Acl, path: string, who: string, role: string, propagate: '0' | '1'): void {
  const at = acl.get(path) ?? new Map<string, Map<string, '0' | '1'>>();
  const roles = at.get(who) ?? new Map<string, '0' | '1'>();
  acl.set(path, at.set(who, roles.set(role, propagate)));
}

/** The lines as PVE writes them: those who have the same roles on a path share one; root@pam needs none. */
function printAcl(acl: Acl): readonly string[] {
  const byPath = [...acl].toSorted(([a], [b]) =>
    a.replaceAll('/', '\0') < b.replaceAll('/', '\0') ? -1 : 1,
  );
  return byPath.flatMap(([path, holders]) =>
    (['0', '1'] as const).flatMap((propagate) => {
      const byRoles = new Map<string, string[]>();
      for (const [who, roles] of holders) {
        const list = [...roles].flatMap(([role, each]) => (each === propagate ? [role] : []));
        const key = list.toSorted().join(',');
        if (who !== 'root@pam' && key !== '') byRoles.set(key, [...(byRoles.get(key) ?? []), who]);
      }
      return [...byRoles]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([roles, who]) => `acl:${propagate}:${path}:${who.toSorted().join(',')}:${roles}:`);
    }),
  );
}

/** `pveum acl modify` and `delete` (PVE::API2::ACL). Throws Failure. */
export async function changeAcl(session: Session, given: Parameters): Promise<void> {
  const { users = '', groups = '', tokens = '', roles = '', propagate = '1' } = given;
  if (users + groups + tokens === '') {
    const missing = "either 'users', 'groups' or 'tokens' is required.";
    refuseParameters({ tokens: missing, groups: missing, users: missing });
  }
  const isGone = given['delete'] === '1';
  const path = normalPath(given['path'] ?? '');
  if (path === undefined || (!isGone && !PATH.test(path)))
    refuseParameters({ path: `invalid ACL path '${given['path']}'` });
  await changeUserConfig(session, 'ACL update failed', (config) => {
    const acl = readAcl(config);
    for (const role of splitList(roles)) {
      if (!ROLES.has(role) && !has(config, 'role', role)) die(`role '${role}' does not exist`);
      for (const who of members(config, groups, users, tokens)) {
        if (isGone) acl.get(path)?.get(who)?.delete(role);
        else give(acl, path, who, role, propagate === '0' ? '0' : '1');
      }
    }
    const kept = config.others.filter((line) => !line.startsWith('acl:'));
    config.others = [...kept, ...printAcl(acl)];
  });
}

function normalPath(given: string): string | undefined {
  const path = `/${given.replace(/^\/+|\/+$/g, '').replace(/\/+/g, '/')}`;
  return given !== '' && /^[A-Za-z0-9._/-]+$/.test(path) ? path : undefined;
}

function has({ others }: UserConfig, kind: string, id: string): boolean {
  return others.some((line) => line.startsWith(`${kind}:${id}:`));
}

/** Who is meant, each one known. Throws Failure. */
function members(config: UserConfig, groups: string, users: string, tokens: string): readonly string[] {
  return [
    ...splitList(groups).map((group) =>
      has(config, 'group', group) ? `@${group}` : die(`group '${group}' does not exist`),
    ),
    ...splitList(users).map((user) =>
      has(config, 'user', user) ? user : die(`user '${user}' does not exist`),
    ),
    ...splitList(tokens).map((token) => {
      if (has(config, 'token', token)) return token;
      const [user = '', name] = token.split('!');
      return die(`no such token '${name}' for user '${user}'`);
    }),
  ];
}

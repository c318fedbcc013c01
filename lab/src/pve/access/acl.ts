import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import type { Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { give, normalPath, sortedPaths } from './acl-lines.ts';
import { changeUserConfig, privilegesOf, readUserConfig, type UserConfig } from './user-cfg.ts';

const NAME = String.raw`[A-Za-z0-9._-]+`;
/** Paths that rights can be given on (PVE::AccessControl::check_path). */
const PATH = new RegExp(
  `^(?:/|/access(?:/(?:groups|realm)(?:/${NAME})?)?|/nodes(?:/${NAME})?|/pool(?:/${NAME}){0,3}|/storage(?:/${NAME})?` +
    `|/sdn(?:/(?:controllers|dns|fabrics|ipams|prefix-lists|route-maps)(?:/[\\w-]+)?|/zones(?:/${NAME}){0,2}(?:/[1-9]\\d{0,3})?)?` +
    `|/vms(?:/[1-9]\\d{2,})?|/mapping(?:/${NAME}){0,2})$`,
);

/** PUT /access/acl; with `delete` rights are taken (PVE::API2::ACL). Throws Failure. */
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
    for (const role of splitList(roles)) {
      if (privilegesOf(config, role) === undefined) die(`role '${role}' does not exist`);
      for (const who of members(config, groups, users, tokens)) {
        if (isGone) config.acl.get(path)?.get(who)?.delete(role);
        else give(config.acl, path, who, role, propagate === '0' ? 0 : 1);
      }
    }
  });
}

/** Who is meant, each one known. Throws Failure. */
function members(config: UserConfig, groups: string, users: string, tokens: string): readonly string[] {
  return [
    ...splitList(groups).map((group) =>
      config.groups.has(group) ? `@${group}` : die(`group '${group}' does not exist`),
    ),
    ...splitList(users).map((user) => (config.users.has(user) ? user : die(`user '${user}' does not exist`))),
    ...splitList(tokens).map((token) => {
      const [user = '', name = ''] = token.split('!');
      const isKnown = config.users.get(user)?.tokens.has(name) === true;
      return isKnown ? token : die(`no such token '${name}' for user '${user}'`);
    }),
  ];
}

/** GET /access/acl. */
export function aclRows({ machine }: Session): Json {
  const config = readUserConfig(machine);
  const typeOf = (who: string): string =>
    who.startsWith('@') ? 'group' : config.users.has(who) || !who.includes('!') ? 'user' : 'token';
  return sortedPaths(config.acl).flatMap((path) =>
    [...(config.acl.get(path) ?? [])]
      .filter(([who]) => typeOf(who) !== 'token' || tokenExists(config, who))
      .flatMap(([who, roles]) =>
        [...roles].map(([roleid, propagate]) => ({
          path,
          type: typeOf(who),
          ugid: who.replace(/^@/, ''),
          roleid,
          propagate,
        })),
      ),
  );
}

/** A line that names a token that is gone counts for nothing. */
function tokenExists({ users }: UserConfig, tokenid: string): boolean {
  const [user = '', name = ''] = tokenid.split('!');
  return users.get(user)?.tokens.has(name) === true;
}

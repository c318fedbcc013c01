import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import type { Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { isPrivilege, SPECIAL_ROLES } from './privileges.ts';
import { changeUserConfig, privilegesOf, readUserConfig, type UserConfig } from './user-cfg.ts';

function addPrivileges({ roles }: UserConfig, roleid: string, privs: string): void {
  for (const privilege of splitList(privs)) {
    if (!isPrivilege(privilege)) die(`invalid privilege '${privilege}'`);
    roles.get(roleid)?.add(privilege);
  }
}

/** POST /access/roles. Throws Failure. */
export async function addRole(session: Session, { roleid = '', privs = '' }: Parameters): Promise<void> {
  if (/^PVE/i.test(roleid))
    refuseParameters({ roleid: "cannot use role ID starting with the (case-insensitive) 'PVE' namespace" });
  await changeUserConfig(session, 'create role failed', (config) => {
    if (privilegesOf(config, roleid) !== undefined) die(`role '${roleid}' already exists`);
    config.roles.set(roleid, new Set());
    addPrivileges(config, roleid, privs);
  });
}

/** PUT /access/roles/{roleid}. Throws Failure. */
export async function changeRole(
  session: Session,
  { roleid = '', privs = '', append }: Parameters,
): Promise<void> {
  if (SPECIAL_ROLES.has(roleid)) die(`auto-generated role '${roleid}' cannot be modified`);
  await changeUserConfig(session, 'update role failed', (config) => {
    if (!config.roles.has(roleid)) die(`role '${roleid}' does not exist`);
    if (append !== '1') config.roles.set(roleid, new Set());
    addPrivileges(config, roleid, privs);
  });
}

/** DELETE /access/roles/{roleid}: rights with it are left. Throws Failure. */
export async function removeRole(session: Session, { roleid = '' }: Parameters): Promise<void> {
  if (SPECIAL_ROLES.has(roleid)) die(`auto-generated role '${roleid}' cannot be deleted`);
  await changeUserConfig(session, 'delete role failed', (config) => {
    if (!config.roles.delete(roleid)) die(`role '${roleid}' does not exist`);
  });
}

/** GET /access/roles. */
export function roleRows({ machine }: Session): Json {
  return [...SPECIAL_ROLES, ...readUserConfig(machine).roles].map(([roleid, privileges]) => ({
    roleid,
    privs: [...privileges].toSorted().join(','),
    special: SPECIAL_ROLES.has(roleid) ? 1 : 0,
  }));
}

/** GET /access/roles/{roleid}. Throws Failure. */
export function oneRole({ machine }: Session, { roleid = '' }: Parameters): Json {
  const privileges = privilegesOf(readUserConfig(machine), roleid) ?? die(`role '${roleid}' does not exist`);
  return Object.fromEntries([...privileges].map((privilege) => [privilege, 1]));
}

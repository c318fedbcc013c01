import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import type { Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { changeUserConfig, readUserConfig, type Group, type UserConfig } from './user-cfg.ts';

function groupOf({ groups }: UserConfig, groupid: string): Group {
  return groups.get(groupid) ?? die(`group '${groupid}' does not exist`);
}

/** POST /access/groups. Throws Failure. */
export function addGroup(session: Session, { groupid = '', comment = '' }: Parameters): Promise<void> {
  return changeUserConfig(session, 'create group failed', ({ groups }) => {
    if (groups.has(groupid)) die(`group '${groupid}' already exists`);
    groups.set(groupid, { comment, users: new Set() });
  });
}

/** PUT /access/groups/{groupid}. Throws Failure. */
export function changeGroup(session: Session, { groupid = '', comment }: Parameters): Promise<void> {
  return changeUserConfig(session, 'update group failed', (config) => {
    const group = groupOf(config, groupid);
    if (comment !== undefined) group.comment = comment;
  });
}

/** DELETE /access/groups/{groupid}: its rights go with it. Throws Failure. */
export function removeGroup(session: Session, { groupid = '' }: Parameters): Promise<void> {
  return changeUserConfig(session, 'delete group failed', (config) => {
    groupOf(config, groupid);
    config.groups.delete(groupid);
    for (const holders of config.acl.values()) holders.delete(`@${groupid}`);
  });
}

const commentOf = ({ comment }: Group): { readonly comment?: string } => (comment === '' ? {} : { comment });

/** GET /access/groups. */
export function groupRows({ machine }: Session): Json {
  return [...readUserConfig(machine).groups].map(([groupid, group]) => ({
    groupid,
    ...commentOf(group),
    users: [...group.users].toSorted().join(','),
  }));
}

/** GET /access/groups/{groupid}. Throws Failure. */
export function oneGroup({ machine }: Session, { groupid = '' }: Parameters): Json {
  const group = groupOf(readUserConfig(machine), groupid);
  return { members: [...group.users], ...commentOf(group) };
}

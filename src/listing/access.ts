import type { UserState } from '../pve/user-cfg-state.ts';
import { userState } from '../pve/user-cfg-state.ts';
import { decodeUserConfig } from '../pve/user-cfg.ts';
import { oncePerSnapshot, readFile } from '../snapshot/files.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Listing } from './listing.ts';
import { columns, ofEachCluster, rowOf, textOrNull } from './listing.ts';
import { timeText } from './units.ts';

export const pools: Listing = {
  columns: columns('pool guests storages comment cluster'),
  rows: ofEachCluster((snapshot) =>
    [...stateOf(snapshot).pools.values()].map(({ id, guests, storages, comment }) =>
      rowOf(snapshot, 'pool', id, { pool: id, guests, storages, comment: textOrNull(comment) }),
    ),
  ),
};

export const users: Listing = {
  columns: columns('user enabled expires name groups comment cluster', 'email tokens'),
  rows: ofEachCluster((snapshot) => {
    const { users: all, groups, tokens } = stateOf(snapshot);
    return [...all.values()].map(({ id, enable, expire, firstname, lastname, email, comment }) =>
      rowOf(snapshot, 'user', id, {
        user: id,
        enabled: enable,
        expires: expire === 0 ? null : timeText(expire),
        name: textOrNull(`${firstname} ${lastname}`.trim()),
        groups: [...groups.values()].filter((group) => group.users.includes(id)).map((group) => group.id),
        comment: textOrNull(comment),
        email: textOrNull(email),
        tokens: [...tokens.keys()].filter((token) => token.startsWith(`${id}!`)),
      }),
    );
  }),
};

export const acl: Listing = {
  columns: columns('path member type role propagate cluster'),
  rows: ofEachCluster((snapshot) =>
    stateOf(snapshot).acl.map(({ path, member, role, propagate }) =>
      rowOf(snapshot, 'acl', `${path} ${member} ${role}`, {
        path,
        member,
        type: member.startsWith('@') ? 'group' : member.includes('!') ? 'token' : 'user',
        role,
        propagate,
      }),
    ),
  ),
};

const empty = decodeUserConfig('');

/** What user.cfg says, nothing where it could not be read. */
const stateOf: (snapshot: Snapshot) => UserState = oncePerSnapshot((snapshot) => {
  const text = readFile(snapshot, '/etc/pve/user.cfg');
  return userState(typeof text === 'string' ? decodeUserConfig(text) : empty);
});

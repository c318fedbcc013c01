import type { UserState } from '../pve/user-cfg-state.ts';
import { userState } from '../pve/user-cfg-state.ts';
import { decodeUserConfig } from '../pve/user-cfg.ts';
import { readFile } from '../snapshot/files.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Listing, Row } from './listing.ts';
import { columns, ofEachCluster, rowOf, textOrNull } from './listing.ts';
import { timeText } from './units.ts';

export const pools: Listing = {
  columns: columns('pool guests storages comment cluster'),
  rows: ofEachState((state, snapshot) =>
    [...state.pools.values()].map(({ id, guests, storages, comment }) =>
      rowOf(snapshot, 'pool', id, { pool: id, guests, storages, comment: textOrNull(comment) }),
    ),
  ),
};

export const users: Listing = {
  columns: columns('user enabled expires name groups comment cluster', 'email tokens'),
  rows: ofEachState(({ users: all, groups, tokens }, snapshot) =>
    [...all.values()].map(({ id, enable, expire, firstname, lastname, email, comment }) =>
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
    ),
  ),
};

export const acl: Listing = {
  columns: columns('path member type role propagate cluster'),
  rows: ofEachState((state, snapshot) =>
    state.acl.map(({ path, member, role, propagate }) =>
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

/** Rows of what user.cfg says; none where it could not be read. A cluster without the file has root@pam all the same. */
function ofEachState(rows: (state: UserState, snapshot: Snapshot) => readonly Row[]): Listing['rows'] {
  return ofEachCluster((snapshot) => {
    const text = readFile(snapshot, '/etc/pve/user.cfg');
    return isUnknown(text) ? [] : rows(userState(decodeUserConfig(text ?? '')), snapshot);
  });
}

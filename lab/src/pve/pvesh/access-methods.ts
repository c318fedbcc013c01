import { aclRows, changeAcl } from '../access/acl.ts';
import { addGroup, changeGroup, groupRows, oneGroup, removeGroup } from '../access/groups.ts';
import { changePassword } from '../access/passwords.ts';
import { permissions } from '../access/permissions.ts';
import { addPool, changePool, removePool } from '../access/pools.ts';
import { addRealm, changeRealm, oneRealm, realmRows, removeRealm, syncRealm } from '../access/realms.ts';
import { addRole, changeRole, oneRole, removeRole, roleRows } from '../access/roles.ts';
import { addToken, changeToken, oneToken, removeToken, tokenRows } from '../access/tokens.ts';
import { addUser, changeUser, oneUser, removeUser, userRows } from '../access/users.ts';
import { method, silent, type Named } from './method.ts';
import { onePool, poolRows } from './pool-data.ts';

const USER = '/access/users/{userid}';
const TOKEN = `${USER}/token/{tokenid}`;
const GROUP = '/access/groups/{groupid}';
const ROLE = '/access/roles/{roleid}';
const REALM = '/access/domains/{realm}';

/** Users, groups, roles, realms, rights and pools. */
export function accessMethods(): readonly Named[] {
  return [
    method('GET /access/users', userRows),
    silent('POST /access/users', addUser),
    method(`GET ${USER}`, oneUser),
    silent(`PUT ${USER}`, changeUser),
    silent(`DELETE ${USER}`, removeUser),
    method(`GET ${USER}/token`, tokenRows),
    method(`GET ${TOKEN}`, oneToken),
    method(`POST ${TOKEN}`, addToken),
    method(`PUT ${TOKEN}`, changeToken),
    silent(`DELETE ${TOKEN}`, removeToken),
    method('GET /access/groups', groupRows),
    silent('POST /access/groups', addGroup),
    method(`GET ${GROUP}`, oneGroup),
    silent(`PUT ${GROUP}`, changeGroup),
    silent(`DELETE ${GROUP}`, removeGroup),
    method('GET /access/roles', roleRows),
    silent('POST /access/roles', addRole),
    method(`GET ${ROLE}`, oneRole),
    silent(`PUT ${ROLE}`, changeRole),
    silent(`DELETE ${ROLE}`, removeRole),
    method('GET /access/domains', realmRows),
    silent('POST /access/domains', addRealm),
    method(`GET ${REALM}`, oneRealm),
    silent(`PUT ${REALM}`, changeRealm),
    silent(`DELETE ${REALM}`, removeRealm),
    silent(`POST ${REALM}/sync`, syncRealm),
    method('GET /access/acl', aclRows),
    silent('PUT /access/acl', changeAcl),
    method('GET /access/permissions', permissions),
    silent('PUT /access/password', changePassword),
    method('GET /pools', poolRows),
    silent('POST /pools', addPool),
    silent('PUT /pools', changePool),
    silent('DELETE /pools', removePool),
    method('GET /pools/{poolid}', onePool),
    silent('PUT /pools/{poolid}', changePool),
    silent('DELETE /pools/{poolid}', removePool),
  ];
}

import { isPrivilege } from '../access/privileges.ts';
import { die } from '../failure.ts';
import { matching, type Verifier } from './verifier.ts';

/** Formats of users, groups, roles and realms. Source: PVE/AccessControl.pm, PVE/Auth/Plugin.pm. */
export const ACCESS_VERIFIERS: Readonly<Record<string, Verifier>> = {
  'pve-userid': (value) => {
    if (value.length < 3) die(`user name '${value}' is too short`);
    if (value.length > 64) die(`user name '${value}' is too long (${value.length} > 64)`);
    if (!/^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+$/.test(value))
      die(`value '${value}' does not look like a valid user name`);
  },
  'pve-tokenid': matching(
    /^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+![A-Za-z][A-Za-z0-9.\-_]+$/,
    (value) => `value '${value}' does not look like a valid token ID`,
  ),
  'pve-groupid': matching(
    /^[A-Za-z0-9.\-_]+$/,
    (value) => `group name '${value}' contains invalid characters`,
  ),
  'pve-roleid': matching(/^[A-Za-z0-9.\-_]+$/, (value) => `role name '${value}' contains invalid characters`),
  'pve-priv': (value) => {
    if (!isPrivilege(value)) die(`invalid privilege '${value}'`);
  },
  'pve-realm': matching(/^[A-Za-z][A-Za-z0-9.\-_]+$/, () => 'value does not look like a valid realm'),
  'ldap-simple-attr': matching(
    /^[a-zA-Z0-9]+$/,
    (value) => `value '${value}' does not look like a simple ldap attribute name`,
  ),
};

import { isMethod, type RefusalRule } from './method-area.ts';
import { builtInRoles } from './user-cfg-roles.ts';

/** What PVE refuses of users, roles and permissions beyond its schema; each with the recording or code that shows it. */
export const accessRules: readonly RefusalRule[] = [
  {
    // access-01: `pveum role add PVEFoo`.
    appliesTo: isMethod('POST /access/roles'),
    refuse: ({ roleid = '' }) =>
      /^pve/iu.test(roleid)
        ? [`role "${roleid}" begins with "PVE", which is for PVE's own; another name is wanted`]
        : [],
  },
  {
    // access-01: `pveum role modify Administrator`, `pveum role delete Administrator`.
    appliesTo: isMethod('PUT /access/roles/{roleid}', 'DELETE /access/roles/{roleid}'),
    refuse: ({ roleid = '' }) =>
      builtInRoles.has(roleid) ? [`role "${roleid}" is PVE's own; a role of your own is wanted`] : [],
  },
  {
    // access-01: `pveum acl modify /vms --roles PVEAdmin`.
    appliesTo: isMethod('PUT /access/acl'),
    refuse: (params) =>
      ['users', 'groups', 'tokens'].some((name) => name in params)
        ? []
        : ['nobody is named; users, groups or tokens are wanted'],
  },
  {
    // access-01: `pveum acl modify /bogus/path`, but `vms` is taken.
    appliesTo: isMethod('PUT /access/acl'),
    refuse: ({ path = '' }) =>
      isAclPath(path)
        ? []
        : [`path "${path}" is none of permissions; one like /vms/100 or /storage is wanted`],
  },
];

/** PVE::AccessControl normalize_path and check_path. */
function isAclPath(text: string): boolean {
  const path = `/${text}`.replaceAll(/\/+/gu, '/').replace(/\/$/u, '');
  return path === '' ? text !== '' : aclPath.test(path);
}

const name = '[\\w.\\-]+';
const plain = '[\\w\\-]+';
const aclPath = new RegExp(
  `^/(?:${[
    `access(?:/(?:groups|realm)(?:/${name})?)?`,
    `nodes(?:/${name})?`,
    `pool(?:/${name}){0,3}`,
    `sdn(?:/(?:controllers|dns|fabrics|ipams|prefix-lists|route-maps)(?:/${plain})?)?`,
    `sdn/zones(?:/${name}){0,2}`,
    `sdn/zones/${name}/${name}/[1-9]\\d{0,3}`,
    `storage(?:/${name})?`,
    'vms(?:/[1-9]\\d{2,})?',
    `mapping(?:/${name}){0,2}`,
  ].join('|')})$`,
  'u',
);

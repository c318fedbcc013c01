import { realmOptions } from '../schema/sections/domains.ts';
import { refusedByFormat } from '../formats.ts';
import { perlDialect } from '../section-dialect.ts';
import { off, type NormalSection, type SectionKind, type SectionType } from '../section-kind.ts';

const builtIn: SectionType = { table: realmOptions, required: [], optional: ['default', 'comment', 'tfa'] };

const directory = [
  'server2',
  'bind_dn',
  'password',
  'port',
  'secure',
  'sslversion',
  'default',
  'comment',
  'tfa',
  'verify',
  'capath',
  'cert',
  'certkey',
  'filter',
  'sync_attributes',
  'user_classes',
  'group_dn',
  'group_name_attr',
  'group_filter',
  'group_classes',
  'sync-defaults-options',
  'mode',
  'case-sensitive',
];

/** domains.cfg (pve-access-control PVE/Auth/*.pm). */
export const realmSections: SectionKind = {
  kind: 'domains',
  summary: 'the realms that users log in by (domains.cfg)',
  path: /^\/etc\/pve\/domains\.cfg$/u,
  noun: 'realm',
  dialect: perlDialect,
  refusedId: (id) => refusedByFormat('pve-realm', id)?.replace(/ is wanted$/u, ''),
  types: {
    pam: builtIn,
    pve: builtIn,
    ad: {
      table: realmOptions,
      required: ['server1', 'domain'],
      optional: [...directory, 'base_dn', 'user_attr'],
    },
    ldap: { table: realmOptions, required: ['server1', 'base_dn', 'user_attr'], optional: directory },
    openid: {
      table: realmOptions,
      required: ['issuer-url', 'client-id'],
      optional: [
        'client-key',
        'autocreate',
        'username-claim',
        'groups-claim',
        'groups-autocreate',
        'groups-overwrite',
        'prompt',
        'scopes',
        'acr-values',
        'audiences',
        'default',
        'comment',
        'query-userinfo',
      ],
      // PVE/API2/OpenId.pm
      absent: { ...off('autocreate', 'groups-autocreate', 'groups-overwrite'), 'query-userinfo': '1' },
    },
  },
  texts: ['comment'],
  // "mode ldap" is no more than its absence only where "secure" is off too (PVE/Auth/LDAP.pm).
  absent: { ...off('default', 'verify', 'secure'), 'case-sensitive': '1' },
  imply: withBuiltIn,
  defines: ['realm'],
  builtIn: ['pam', 'pve'],
};

/** PVE/Auth/Plugin.pm parse_config: both are there, of that type, with a comment. */
const comments: Readonly<Record<string, string>> = {
  pam: 'Linux PAM standard authentication',
  pve: 'Proxmox VE authentication server',
};

/** An empty comment and "0" are as none. */
const isSaid = (comment: NormalSection['options'][string] | undefined): comment is string =>
  typeof comment === 'string' && comment !== '' && comment !== '0';

function withBuiltIn(sections: readonly NormalSection[]): readonly NormalSection[] {
  const made = Object.entries(comments).map(([id, comment]): NormalSection => {
    const options = sections.find((section) => section.id === id)?.options ?? {};
    return {
      type: id,
      id,
      options: { ...options, comment: isSaid(options['comment']) ? options['comment'] : comment },
    };
  });
  return [...sections.filter(({ id }) => !Object.hasOwn(comments, id)), ...made];
}

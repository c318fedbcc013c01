import { refusedByFormat } from '../formats.ts';
import { haGroupOptions, haResourceOptions, haRuleOptions } from '../schema/sections/ha.ts';
import { haResourceDialect, perlDialect } from '../section-dialect.ts';
import { asSet, off, type SectionKind } from '../section-kind.ts';
import { splitList } from '../text-list.ts';

/** A name of a section that is to be a "pve-configid" (PVE::JSONSchema). */
export const refusedConfigId = (id: string): string | undefined =>
  refusedByFormat('pve-configid', id)?.replace(/ is wanted$/u, '');

/** "pve1" means "pve1:0" (PVE::HA::Tools parse_node_priority). */
const nodeWithPriority = (part: string): string => part.replace(/:0+$/u, '').replace(/:0+(?=\d+$)/u, ':');

const nodeNames = (value: string): readonly string[] =>
  splitList(value).map((part) => part.replace(/:.*$/su, ''));

/** VMs and containers share their numbers, so a guest is named by its number. */
const guestOf = (sid: string): readonly string[] => {
  const vmid = /^(?:vm|ct):(?<vmid>\d+)$/u.exec(sid)?.groups?.['vmid'];
  return vmid === undefined ? [] : [vmid];
};

const resourceType = {
  table: haResourceOptions,
  required: [],
  optional: ['state', 'group', 'comment', 'failback', 'max_restart', 'max_relocate'],
};

/** ha/resources.cfg (PVE/HA/Resources.pm, PVE/HA/Config.pm read_and_check_resources_config). */
export const haResourceSections: SectionKind = {
  kind: 'ha-resources',
  summary: 'the guests that HA manages (ha/resources.cfg)',
  path: /^\/etc\/pve\/ha\/resources\.cfg$/u,
  noun: 'HA resource',
  dialect: haResourceDialect,
  types: { vm: resourceType, ct: resourceType },
  refusedId: (id) => (/^[a-z]+:[1-9]\d+$/u.test(id) ? undefined : 'a VMID'),
  absent: { state: 'started', failback: '1', max_restart: '1', max_relocate: '1' },
  // "enabled" is the old word for "started".
  forms: { state: (state) => (state === 'enabled' ? 'started' : state) },
  mentions: { group: { kind: 'ha-group' } },
  idMentions: (id) => guestOf(id).map((name) => ({ kind: 'guest', name })),
};

/** ha/groups.cfg of PVE 8 (PVE/HA/Groups.pm); 9 makes rules of them. */
export const haGroupSections: SectionKind = {
  kind: 'ha-groups',
  summary: 'the HA groups of PVE 8 (ha/groups.cfg)',
  path: /^\/etc\/pve\/ha\/groups\.cfg$/u,
  noun: 'HA group',
  dialect: perlDialect,
  refusedId: refusedConfigId,
  types: {
    group: {
      table: haGroupOptions,
      required: ['nodes'],
      optional: ['comment', 'nofailback', 'restricted'],
    },
  },
  forms: { nodes: asSet(nodeWithPriority) },
  absent: off('nofailback', 'restricted'),
  mentions: { nodes: { kind: 'node', names: nodeNames } },
  defines: ['ha-group'],
};

/** ha/rules.cfg (PVE/HA/Rules.pm, PVE/HA/Rules/*.pm); of two rules the first in the file has precedence. */
export const haRuleSections: SectionKind = {
  kind: 'ha-rules',
  summary: 'the HA rules (ha/rules.cfg)',
  path: /^\/etc\/pve\/ha\/rules\.cfg$/u,
  noun: 'HA rule',
  dialect: perlDialect,
  refusedId: refusedConfigId,
  ordered: true,
  types: {
    'node-affinity': {
      table: haRuleOptions,
      required: ['resources', 'nodes'],
      optional: ['strict', 'disable', 'comment'],
    },
    'resource-affinity': {
      table: haRuleOptions,
      required: ['resources', 'affinity'],
      optional: ['disable', 'comment'],
    },
  },
  forms: { resources: asSet(), nodes: asSet(nodeWithPriority) },
  texts: ['comment'],
  absent: off('strict', 'disable'),
  mentions: {
    nodes: { kind: 'node', names: nodeNames },
    resources: { kind: 'guest', names: (value) => splitList(value).flatMap(guestOf) },
  },
};

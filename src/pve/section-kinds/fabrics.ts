import { fabricNodeOptions, fabricOptions } from '../schema/sections/fabrics.ts';
import { rustDialect } from '../section-dialect.ts';
import type { SectionKind, SectionType } from '../section-kind.ts';

const fabric = (...optional: readonly string[]): SectionType => ({
  table: fabricOptions,
  required: [],
  optional: ['ip_prefix', 'ip6_prefix', ...optional],
});

const node = (...optional: readonly string[]): SectionType => ({
  table: fabricNodeOptions,
  required: [],
  optional: ['interfaces', 'ip', 'ip6', ...optional],
  isPart: true,
});

/** sdn/fabrics.cfg: a section for each fabric, and for each of its nodes as FABRIC_NODE (proxmox-ve-config). */
export const fabricSections: SectionKind = {
  kind: 'sdn-fabrics',
  summary: 'the SDN fabrics and their nodes (sdn/fabrics.cfg)',
  path: /^\/etc\/pve\/sdn\/fabrics\.cfg$/u,
  noun: 'fabric',
  dialect: rustDialect,
  types: {
    openfabric_fabric: fabric('hello_interval', 'csnp_interval'),
    openfabric_node: node(),
    ospf_fabric: fabric('area'),
    ospf_node: node(),
    bgp_fabric: fabric('bfd'),
    bgp_node: node('asn', 'role'),
  },
  // Interfaces are known by their names.
  unordered: ['interfaces'],
  // A fabric's id has no underscore, so that of a node of it is told by the first.
  idMentions: (id) => {
    const at = id.indexOf('_');
    if (at === -1) return [];
    return [
      { kind: 'fabric', name: id.slice(0, at) },
      { kind: 'node', name: id.slice(at + 1) },
    ];
  },
  defines: ['fabric'],
};

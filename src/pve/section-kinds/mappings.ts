import {
  directoryMappingOptions,
  pciMappingOptions,
  usbMappingOptions,
} from '../schema/sections/mappings.ts';
import type { SectionTable } from '../schema/sections/section-table.ts';
import { mappingDialect } from '../section-dialect.ts';
import { off, type SectionKind } from '../section-kind.ts';
import { refusedConfigId } from './ha.ts';

/** mapping/*.cfg (pve-guest-common PVE/Mapping/PCI.pm, USB.pm, Dir.pm): one "map" line a node and device. */
function mapping(
  type: string,
  noun: string,
  summary: string,
  table: SectionTable,
  absent: Readonly<Record<string, string>> = {},
  file: string = type,
): SectionKind {
  return {
    kind: `mapping-${type}`,
    summary: `${summary} (mapping/${file}.cfg)`,
    path: new RegExp(`^/etc/pve/mapping/${file}\\.cfg$`, 'u'),
    noun,
    dialect: mappingDialect(type),
    refusedId: refusedConfigId,
    types: {
      [type]: { table, required: ['map'], optional: Object.keys(table).filter((name) => name !== 'map') },
    },
    absent,
    mentions: { map: { kind: 'node', names: nodeOf } },
  };
}

export const pciMappingSections = mapping(
  'pci',
  'PCI mapping',
  'PCI devices by a name for all nodes',
  pciMappingOptions,
  off('mdev', 'live-migration-capable'),
);

export const usbMappingSections = mapping(
  'usb',
  'USB mapping',
  'USB devices by a name for all nodes',
  usbMappingOptions,
);

export const directoryMappingSections = mapping(
  'dir',
  'directory mapping',
  'directories of nodes by a name for all nodes',
  directoryMappingOptions,
  {},
  'directory',
);

function nodeOf(value: string): readonly string[] {
  const node = /(?:^|,)node=(?<node>[^,]+)/u.exec(value)?.groups?.['node'];
  return node === undefined ? [] : [node];
}

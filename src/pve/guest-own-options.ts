import type { SectionName } from './guest-config.ts';
import type { GuestKind } from './option-schema.ts';
import type { SchemaTable } from './schema/property-schema.ts';

/** What PVE itself keeps in a config beside the options that `qm set` and `pct set` have. */
export function ownOptions(kind: GuestKind, section: SectionName): SchemaTable {
  if (section === 'special:fleecing') return fleecing;
  return kind === 'vm' ? vm : container;
}

const text = { type: 'string', optional: true } as const;
const count = { type: 'integer', optional: true, minimum: 0 } as const;

/** LXC/Config.pm. */
const container: SchemaTable = {
  env: text,
  parent: { ...text, format: 'pve-configid' },
  snapcomment: text,
  snaptime: count,
};

/** QemuServer.pm, QemuServer/MetaInfo.pm. */
const vm: SchemaTable = {
  meta: {
    ...text,
    format: { ctime: count, 'creation-qemu': { ...text, pattern: '\\d+(\\.\\d+)+' } },
  },
  parent: { ...text, format: 'pve-configid' },
  'running-nets-host-mtu': text,
  runningcpu: text,
  runningmachine: text,
  snapcomment: text,
  snaptime: count,
  vmstate: { ...text, format: 'pve-volume-id' },
};

/** QemuServer.pm $fleecing_section_schema. */
const fleecing: SchemaTable = { 'fleecing-images': { ...text, format: 'pve-volume-id-list' } };

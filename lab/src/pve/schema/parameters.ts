import { METHODS } from './methods.ts';
import type { Properties, Schema } from './types.ts';

/** How many of an indexed option there are (`net[n]`: net0 to net31), where VMs and containers agree; from QemuServer.pm, Drive.pm, LXC/Config.pm. */
const COUNTS: Readonly<Record<string, number>> = {
  net: 32,
  ide: 4,
  sata: 6,
  scsi: 31,
  virtio: 16,
  unused: 256,
  serial: 4,
  parallel: 3,
  usb: 14,
  hostpci: 16,
  numa: 8,
  ipconfig: 32,
  virtiofs: 10,
  mp: 256,
  dev: 256,
};

/** What PVE 9.2 has beyond the schema of 9.1. Source: the recordings of `qm` and `pct`, qemu-server 9.2. */
const NEWER: Readonly<Record<string, Properties>> = {
  // An id of one letter was taken (recording pvesh-03).
  'POST /cluster/metrics/server/{id}': { id: { type: 'string' } },
};

/** Formats of ids that are patterns since; from the recordings and PVE::Network::SDN. */
const SDN_ID: Schema = {
  type: 'string',
  pattern: '[a-zA-Z][a-zA-Z0-9]*[a-zA-Z0-9]',
  minLength: 2,
  maxLength: 8,
};
const PATTERNS: Readonly<Record<string, Schema>> = {
  'pve-sdn-zone-id': SDN_ID,
  'pve-sdn-vnet-id': SDN_ID,
  'pve-sdn-controller-id': {
    type: 'string',
    pattern: '[a-zA-Z][a-zA-Z0-9_-]*[a-zA-Z0-9]',
    minLength: 2,
    maxLength: 64,
  },
};

const cache = new Map<string, Properties>();

/** The parameters of an API method ("VERB path") with every indexed option written out; `cdrom` is a drive like `ide2`. Throws for a method that is not in the table. */
export function parametersOf(method: string): Properties {
  const known = cache.get(method);
  if (known !== undefined) return known;
  const table = METHODS[method];
  if (table === undefined) throw new Error(`no method ${method} in the schema table`);
  const made = expand({ ...table, ...NEWER[method] });
  cache.set(method, made);
  return made;
}

function expand(table: Properties): Properties {
  const out: Record<string, Schema> = {};
  const drive = { format: table['ide[n]']?.format ?? 'string' };
  for (const [name, schema] of Object.entries(table)) {
    const family = /^(.+)\[n\]$/.exec(name)?.[1];
    if (family === undefined) {
      out[name] = ofFormat(schema, drive);
      continue;
    }
    for (let index = 0; index < (COUNTS[family] ?? 0); index += 1) out[`${family}${index}`] = schema;
  }
  return out;
}

function ofFormat(schema: Schema, drive: Schema): Schema {
  if (schema.format === 'pve-qm-ide') return { ...schema, ...drive };
  const pattern = typeof schema.format === 'string' ? PATTERNS[schema.format] : undefined;
  return pattern === undefined
    ? schema
    : { ...pattern, ...('optional' in schema ? { optional: schema.optional } : {}) };
}

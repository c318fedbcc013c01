// Made by scripts/generate-section-schema.mjs from the API schema of PVE 9.1; do not edit.
import type { SectionTable } from './section-table.ts';

/** What `POST /cluster/sdn/fabrics/fabric` takes and the file keeps. */
export const fabricOptions: SectionTable = {
  area: { type: 'string', optional: true },
  bfd: { type: 'boolean', optional: true },
  csnp_interval: { type: 'number', optional: true, minimum: 1, maximum: 600 },
  hello_interval: { type: 'number', optional: true, minimum: 1, maximum: 600 },
  ip6_prefix: { type: 'string', optional: true, format: 'CIDR' },
  ip_prefix: { type: 'string', optional: true, format: 'CIDR' },
};

/** What `POST /cluster/sdn/fabrics/node/{fabric_id}` takes and the file keeps. */
export const fabricNodeOptions: SectionTable = {
  asn: { type: 'integer', optional: true, minimum: 0, maximum: 4294967295 },
  interfaces: {
    type: 'string',
    repeated: true,
    optional: true,
    format: {
      hello_multiplier: { type: 'integer', optional: true, minimum: 2, maximum: 100 },
      ip: { type: 'string', optional: true },
      ip6: { type: 'string', optional: true },
      name: { type: 'string' },
    },
  },
  ip: { type: 'string', optional: true, format: 'ipv4' },
  ip6: { type: 'string', optional: true, format: 'ipv6' },
  role: { type: 'string', optional: true },
};

// Made by scripts/generate-section-schema.mjs from the API schema of PVE 9.1; do not edit.
import type { SectionTable } from './section-table.ts';

/** What `POST /cluster/mapping/pci` takes and the file keeps. */
export const pciMappingOptions: SectionTable = {
  description: { type: 'string', optional: true, maxLength: 4096 },
  'live-migration-capable': { type: 'boolean', optional: true, default: 0 },
  map: {
    type: 'string',
    repeated: true,
    format: {
      description: { type: 'string', optional: true, maxLength: 4096 },
      id: { type: 'string', pattern: '(?:^[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}$)' },
      iommugroup: { type: 'integer', optional: true },
      node: { type: 'string', format: 'pve-node' },
      path: {
        type: 'string',
        pattern:
          '(?:[a-f0-9]{4,}:[a-f0-9]{2}:[a-f0-9]{2}(?:.[a-f0-9])?;)*[a-f0-9]{4,}:[a-f0-9]{2}:[a-f0-9]{2}(?:.[a-f0-9])?',
      },
      'subsystem-id': { type: 'string', optional: true, pattern: '[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}' },
    },
  },
  mdev: { type: 'boolean', optional: true, default: 0 },
};

/** What `POST /cluster/mapping/usb` takes and the file keeps. */
export const usbMappingOptions: SectionTable = {
  description: { type: 'string', optional: true, maxLength: 4096 },
  map: {
    type: 'string',
    repeated: true,
    format: {
      description: { type: 'string', optional: true, maxLength: 4096 },
      id: { type: 'string', pattern: '(?:^[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}$)' },
      node: { type: 'string', format: 'pve-node' },
      path: { type: 'string', optional: true, pattern: '(?:^(\\d+)\\-(\\d+(\\.\\d+)*)$)' },
    },
  },
};

/** What `POST /cluster/mapping/dir` takes and the file keeps. */
export const directoryMappingOptions: SectionTable = {
  description: { type: 'string', optional: true, maxLength: 4096 },
  map: {
    type: 'string',
    repeated: true,
    format: {
      node: { type: 'string', format: 'pve-node' },
      path: { type: 'string', format: 'pve-storage-path-in-property-string' },
    },
  },
};

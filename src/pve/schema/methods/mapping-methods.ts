// Made by scripts/generate-schema.mjs from the API schema of PVE 9.1; do not edit.
import { methodTable } from './method-table.ts';

/** Devices and directories by name. */
export const mappingMethods = methodTable(
  {
    'check-node': { type: 'string', format: 'pve-node' },
    'description.2': { type: 'string', maxLength: 4096 },
    'live-migration-capable': { type: 'boolean' },
    map: {
      type: 'array',
      items: {
        type: 'string',
        format: {
          node: { type: 'string', format: 'pve-node' },
          path: { type: 'string', format: 'pve-storage-path-in-property-string' },
        },
      },
    },
    'map.2': {
      type: 'array',
      items: {
        type: 'string',
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
          'subsystem-id': { type: 'string', optional: true, pattern: '(?:^[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}$)' },
        },
      },
    },
    'map.3': {
      type: 'array',
      items: {
        type: 'string',
        format: {
          description: { type: 'string', optional: true, maxLength: 4096 },
          id: { type: 'string', pattern: '(?:^[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}$)' },
          node: { type: 'string', format: 'pve-node' },
          path: { type: 'string', optional: true, pattern: '(?:^(\\d+)\\-(\\d+(\\.\\d+)*)$)' },
        },
      },
    },
    mdev: { type: 'boolean' },
    'pci-class-blacklist': { type: 'string', format: 'string-list' },
    'pci-id-or-mapping': {
      type: 'string',
      pattern: '(?:(?:[0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-9a-fA-F])|([a-zA-Z][a-zA-Z0-9_-]+)',
    },
  },
  [
    'GET /cluster/mapping',
    'GET /cluster/mapping/dir check-node?',
    'POST /cluster/mapping/dir description.2? id map',
    'DELETE /cluster/mapping/dir/{id} id',
    'GET /cluster/mapping/dir/{id} id',
    'PUT /cluster/mapping/dir/{id} delete? description.2? digest? id map?',
    'GET /cluster/mapping/pci check-node?',
    'POST /cluster/mapping/pci description.2? id live-migration-capable? map.2 mdev?',
    'DELETE /cluster/mapping/pci/{id} id',
    'GET /cluster/mapping/pci/{id} id',
    'PUT /cluster/mapping/pci/{id} delete? description.2? digest? id live-migration-capable? map.2? mdev?',
    'GET /cluster/mapping/usb check-node?',
    'POST /cluster/mapping/usb description.2? id map.3',
    'DELETE /cluster/mapping/usb/{id} id',
    'GET /cluster/mapping/usb/{id} id',
    'PUT /cluster/mapping/usb/{id} delete? description.2? digest? id map.3',
    'GET /nodes/{node}/hardware node',
    'GET /nodes/{node}/hardware/pci node pci-class-blacklist? verbose?',
    'GET /nodes/{node}/hardware/pci/{pci-id-or-mapping} node pci-id-or-mapping',
    'GET /nodes/{node}/hardware/pci/{pci-id-or-mapping}/mdev node pci-id-or-mapping',
    'GET /nodes/{node}/hardware/usb node',
  ],
);

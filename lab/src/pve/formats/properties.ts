import type { Properties, Schema } from '../schema/types.ts';

const bool: Schema = { type: 'boolean', optional: 1 };
const base64: Schema = { type: 'string', optional: 1, pattern: '[A-Za-z0-9+\\/]+={0,2}' };
const volume: Schema = { type: 'string', optional: 1, format: 'pve-volume-id' };
const hexId: Schema = { type: 'string', optional: 1, pattern: '0x[0-9a-fA-F]{4}' };
const PCI = '(?:[a-f0-9]{4,}:)?[a-f0-9]{2}:[a-f0-9]{2}(?:\\.[a-f0-9])?';

function text(pattern?: string): Schema {
  return { type: 'string', optional: 1, ...(pattern === undefined ? {} : { pattern }) };
}

function integer(minimum: number, maximum?: number): Schema {
  return { type: 'integer', optional: 1, minimum, ...(maximum === undefined ? {} : { maximum }) };
}

/** The keys of the property strings that the API schema only names. Source: PVE/QemuServer.pm and PVE/QemuServer/{CPUConfig,Network,PCI,RNG}.pm. */
export const PROPERTY_FORMATS: Readonly<Record<string, Properties>> = {
  'pve-tfa-config': {
    type: { type: 'string', enum: ['yubico', 'oath'] },
    id: text(),
    key: text(),
    url: text(),
    digits: integer(6, 8),
    step: integer(10),
  },
  'pve-sdn-dhcp-range': {
    'start-address': { type: 'string', format: 'ip' },
    'end-address': { type: 'string', format: 'ip' },
  },
  'realm-sync-options': {
    scope: { type: 'string', optional: 1, enum: ['users', 'groups', 'both'] },
    'remove-vanished': text('(?:(?:(?:acl|properties|entry);)*(?:acl|properties|entry))|none'),
    full: bool,
    'enable-new': bool,
    purge: bool,
  },
  'pve-qm-boot': {
    legacy: { ...text('[acdn]{1,4}'), default_key: 1 },
    order: { type: 'string', optional: 1, format: 'pve-qm-bootdev-list' },
  },
  'pve-vm-cpu-conf': {
    cputype: { type: 'string', optional: 1, default_key: 1 },
    'reported-model': text(),
    hidden: bool,
    'hv-vendor-id': text('[a-zA-Z0-9]{1,12}'),
    flags: text('[+-][a-zA-Z0-9\\-_.]+(;[+-][a-zA-Z0-9\\-_.]+)*'),
    'guest-phys-bits': integer(32, 64),
    'phys-bits': { type: 'string', optional: 1, format: 'pve-phys-bits' },
    level: integer(0, 4294967295),
  },
  'pve-qm-smbios1': {
    uuid: text('[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}'),
    version: base64,
    serial: base64,
    manufacturer: base64,
    product: base64,
    sku: base64,
    family: base64,
    base64: bool,
  },
  'pve-qm-rng': {
    source: { type: 'string', default_key: 1, enum: ['/dev/urandom', '/dev/random', '/dev/hwrng'] },
    max_bytes: { type: 'integer', optional: 1 },
    period: { type: 'integer', optional: 1 },
  },
  'pve-qm-watchdog': {
    model: { type: 'string', optional: 1, default_key: 1, enum: ['i6300esb', 'ib700'] },
    action: {
      type: 'string',
      optional: 1,
      enum: ['reset', 'shutdown', 'poweroff', 'pause', 'debug', 'none'],
    },
  },
  'pve-qm-cicustom': { meta: volume, network: volume, user: volume, vendor: volume },
  'pve-qm-ipconfig': {
    ip: { type: 'string', optional: 1, format: 'pve-ipv4-config' },
    gw: { type: 'string', optional: 1, format: 'ipv4', requires: 'ip' },
    ip6: { type: 'string', optional: 1, format: 'pve-ipv6-config' },
    gw6: { type: 'string', optional: 1, format: 'ipv6', requires: 'ip6' },
  },
  'pve-qm-hostpci': {
    host: { ...text(`${PCI}(;${PCI})*`), default_key: 1 },
    mapping: { type: 'string', optional: 1, format: 'pve-configid' },
    rombar: bool,
    romfile: text('[^,;]+'),
    pcie: bool,
    'x-vga': bool,
    'legacy-igd': bool,
    mdev: text('[^/\\.:]+'),
    'vendor-id': hexId,
    'device-id': hexId,
    'sub-vendor-id': hexId,
    'sub-device-id': hexId,
    driver: { type: 'string', optional: 1, enum: ['vfio', 'keep'] },
  },
  'prune-backups': {
    'keep-all': bool,
    'keep-last': integer(0),
    'keep-hourly': integer(0),
    'keep-daily': integer(0),
    'keep-weekly': integer(0),
    'keep-monthly': integer(0),
    'keep-yearly': integer(0),
  },
  'pve-qemu-sev-fmt': {
    type: { type: 'string', default_key: 1, enum: ['std', 'es', 'snp'], maxLength: 3 },
    'no-debug': bool,
    'no-key-sharing': bool,
    'allow-smt': bool,
    'kernel-hashes': bool,
  },
  'pve-qemu-tdx-fmt': {
    type: { type: 'string', default_key: 1, enum: ['tdx'] },
    attestation: { type: 'boolean' },
    'vsock-cid': integer(2),
    'vsock-port': integer(0),
  },
};

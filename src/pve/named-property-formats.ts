import { clusterPropertyFormats } from './formats-properties.ts';
import type { PropertyFormat, PropertySchema } from './schema/property-schema.ts';
import { vmOptions } from './schema/vm-options.ts';

/** Property strings that the API schema only names, by the names it uses. The file that registers each is given. */

const flag = { type: 'boolean', optional: true, default: 0 } as const;
const flagOn = { type: 'boolean', optional: true, default: 1 } as const;
const text = { type: 'string', optional: true } as const;
const count = { type: 'integer', optional: true } as const;

/** QemuServer/CPUConfig.pm. `reported-model` is for custom models only, so it is not here. */
const cpu: PropertyFormat = {
  cputype: { type: 'string', defaultKey: true, format: 'cpu-type' },
  flags: { ...text, format: 'cpu-flags' },
  'guest-phys-bits': { ...count, minimum: 32, maximum: 64 },
  hidden: flag,
  'hv-vendor-id': { ...text, pattern: '[a-zA-Z0-9]{1,12}' },
  level: { ...count, minimum: 0, maximum: 4_294_967_295 },
  'phys-bits': { ...text, format: 'cpu-phys-bits' },
};

/** QemuServer.pm. */
const boot: PropertyFormat = {
  legacy: { ...text, defaultKey: true, pattern: '[acdn]{1,4}' },
  order: { ...text, format: 'pve-qm-bootdev-list' },
};

/** PVE::JSONSchema pve_parse_startup_order, which takes "5" alone, and not "0". */
const startup: PropertyFormat = {
  order: { ...count, defaultKey: true, named: true, minimum: 0 },
  up: { ...count, minimum: 0 },
  down: { ...count, minimum: 0 },
};

/** QemuServer/PCI.pm. */
const hexId = { ...text, pattern: '0x[0-9a-fA-F]{4}' } as const;
const pciAddress = '(?:[a-f0-9]{4,}:)?[a-f0-9]{2}:[a-f0-9]{2}(?:\\.[a-f0-9])?';
const hostpci: PropertyFormat = {
  'device-id': hexId,
  driver: { ...text, default: 'vfio', enum: ['vfio', 'keep'] },
  host: { ...text, defaultKey: true, pattern: `${pciAddress}(?:;${pciAddress})*` },
  'legacy-igd': flag,
  mapping: { ...text, format: 'pve-configid' },
  mdev: { ...text, pattern: '[^/.:]+' },
  pcie: flag,
  rombar: flagOn,
  romfile: { ...text, pattern: '[^,;]+' },
  'sub-device-id': hexId,
  'sub-vendor-id': hexId,
  'vendor-id': hexId,
  'x-vga': flag,
};

/** QemuServer/RNG.pm. */
const rng: PropertyFormat = {
  max_bytes: { ...count, default: 1024 },
  period: { ...count, default: 1000 },
  source: { type: 'string', defaultKey: true, enum: ['/dev/urandom', '/dev/random', '/dev/hwrng'] },
};

/** QemuServer.pm. */
const base64 = { ...text, pattern: '[A-Za-z0-9+/]+={0,2}' } as const;
const smbios1: PropertyFormat = {
  base64: { type: 'boolean', optional: true },
  family: base64,
  manufacturer: base64,
  product: base64,
  serial: base64,
  sku: base64,
  uuid: { ...text, pattern: '[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}' },
  version: base64,
};

/** QemuServer.pm. */
const watchdog: PropertyFormat = {
  action: { ...text, enum: ['reset', 'shutdown', 'poweroff', 'pause', 'debug', 'none'] },
  model: { ...text, defaultKey: true, default: 'i6300esb', enum: ['i6300esb', 'ib700'] },
};

/** QemuServer.pm. */
const cicustom: PropertyFormat = {
  meta: { ...text, format: 'pve-volume-id' },
  network: { ...text, format: 'pve-volume-id' },
  user: { ...text, format: 'pve-volume-id' },
  vendor: { ...text, format: 'pve-volume-id' },
};

/** QemuServer/Network.pm. Its documented default "dhcp" is not what leaving a key out means, so none is given. */
const ipconfig: PropertyFormat = {
  gw: { ...text, format: 'ipv4', requires: 'ip' },
  gw6: { ...text, format: 'ipv6', requires: 'ip6' },
  ip: { ...text, format: 'pve-ipv4-config' },
  ip6: { ...text, format: 'pve-ipv6-config' },
};

/** QemuServer/CPUConfig.pm. */
const sev: PropertyFormat = {
  'allow-smt': flagOn,
  'kernel-hashes': flag,
  'no-debug': flag,
  'no-key-sharing': flag,
  type: { type: 'string', defaultKey: true, enum: ['std', 'es', 'snp'] },
};

/** QemuServer/CPUConfig.pm; `attestation` has a default but is not optional there. */
const tdx: PropertyFormat = {
  attestation: { type: 'boolean' },
  type: { type: 'string', defaultKey: true, enum: ['tdx'] },
  'vsock-cid': { ...count, default: 2, minimum: 2 },
  'vsock-port': { ...count, default: 4050, minimum: 0 },
};

/** PVE::JSONSchema, of remote-migrate. */
const remote: PropertyFormat = {
  apitoken: { type: 'string' },
  fingerprint: { ...text, pattern: '(?:[A-Fa-f0-9]{2}:){31}[A-Fa-f0-9]{2}' },
  host: { type: 'string' },
  port: count,
};

const named: Readonly<Record<string, PropertyFormat>> = {
  ...clusterPropertyFormats,
  'proxmox-remote': remote,
  'pve-qemu-sev-fmt': sev,
  'pve-qemu-tdx-fmt': tdx,
  'pve-qm-boot': boot,
  'pve-qm-cicustom': cicustom,
  'pve-qm-hostpci': hostpci,
  'pve-qm-ipconfig': ipconfig,
  'pve-qm-rng': rng,
  'pve-qm-smbios1': smbios1,
  'pve-qm-watchdog': watchdog,
  'pve-startup-order': startup,
  'pve-vm-cpu-conf': cpu,
};

/** The keys of an option's property string; undefined when its value is no property string. */
export function propertyFormat(schema: PropertySchema): PropertyFormat | undefined {
  const { format } = schema;
  if (typeof format !== 'string') return format;
  // `cdrom` is the old name of ide2 (QemuServer.pm).
  if (format === 'pve-qm-ide') return vmOptions['ide[n]'] && propertyFormat(vmOptions['ide[n]']);
  return Object.hasOwn(named, format) ? named[format] : undefined;
}

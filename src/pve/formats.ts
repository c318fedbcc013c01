import { dnsName, isCidr4, isCidr6, isIp } from './address-forms.ts';
import { cpuFlags, cpuModels } from './cpu-models.ts';
import { clusterFormats } from './formats-cluster.ts';
import { firewallFormats } from './formats-firewall.ts';
import { isIpv4, isIpv6 } from './ip-address.ts';
import { parseSize } from './size.ts';
import { byPattern, type TextFormat } from './text-format.ts';
import { splitList } from './text-list.ts';

/** Why PVE refuses the text, "a MAC address is wanted"; undefined when it takes it or the format is not known here. */
export function refusedByFormat(name: string, text: string): string | undefined {
  const { single = name, many } = /^(?<single>.+)-(?<many>list|opt)$/u.exec(name)?.groups ?? {};
  const format = formats.get(single);
  // "-opt" is for a value that may be empty.
  if (format === undefined || (many === 'opt' && (text === '' || text === '0'))) return undefined;
  const parts = many === 'list' ? splitList(text) : [text];
  const wrong = parts.find((part) => !format.takes(part));
  if (wrong === undefined) return undefined;
  return parts.length === 1 ? `${format.wanted} is wanted` : `${format.wanted} is wanted, not "${wrong}"`;
}

/** Whether refusedByFormat knows the format. */
export function knowsFormat(name: string): boolean {
  return formats.has(name.replace(/-(?:list|opt)$/u, ''));
}

const storageId = /^[a-z][a-z0-9\-_.]*[a-z0-9]$/iu;
const volumeId = /^[a-z][a-z0-9\-_.]*[a-z0-9]:.+$/iu;
/** In a file PVE reads bytes, so letters are those of ASCII. */
const bridgeId = /^[-_.\w]+$/u;

const pairOf =
  (id: RegExp) =>
  (text: string): boolean =>
    text === '1' || (text.split(':').length <= 2 && text.split(':').every((part) => id.test(part)));

/** Formats that the API schema only names. Where no file is given it is pve-common's PVE/JSONSchema.pm that registers the format. */
const formats: ReadonlyMap<string, TextFormat> = new Map<string, TextFormat>([
  ...Object.entries(clusterFormats),
  ...Object.entries(firewallFormats),
  ['pve-vmid', byPattern(/^[1-9][0-9]{2,8}$/u, 'a VMID from 100 to 999999999')],
  ['pve-node', byPattern(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/iu, 'the name of a node')],
  [
    'pve-configid',
    byPattern(
      /^[a-z][a-z0-9_-]+$/iu,
      'a name of at least two characters (letters first, then digits, "-", "_" too)',
    ),
  ],
  // PVE::AccessControl.
  ['pve-poolid', byPattern(/^[\w.-]+(?:\/[\w.-]+){0,2}$/u, 'the name of a pool')],
  ['pve-storage-id', byPattern(storageId, 'the name of a storage')],
  ['pve-bridge-id', byPattern(bridgeId, 'the name of a bridge')],
  ['storage-pair', { takes: pairOf(storageId), wanted: 'a storage, or SOURCE:TARGET' }],
  ['bridge-pair', { takes: pairOf(bridgeId), wanted: 'a bridge, or SOURCE:TARGET' }],
  // No group address: the last bit of the first byte is not set.
  [
    'mac-addr',
    byPattern(/^[a-f0-9][02468ace](?::[a-f0-9]{2}){5}$/iu, 'a unicast MAC address like BC:24:11:00:00:01'),
  ],
  ['ipv4', { takes: isIpv4, wanted: 'an IPv4 address' }],
  ['ipv6', { takes: isIpv6, wanted: 'an IPv6 address' }],
  ['ip', { takes: isIp, wanted: 'an IP address' }],
  ['address', { takes: (text) => isIp(text) || dnsName.test(text), wanted: 'an IP address or DNS name' }],
  ['CIDR', { takes: (text) => isCidr4(text) || isCidr6(text), wanted: 'a network like 10.0.0.0/24' }],
  [
    'pve-ipv4-config',
    {
      takes: (text) => text === 'dhcp' || text === 'manual' || isCidr4(text),
      wanted: 'an IPv4 address with prefix length (10.0.0.2/24), "dhcp" or "manual"',
    },
  ],
  [
    'pve-ipv6-config',
    {
      takes: (text) => ['auto', 'dhcp', 'manual'].includes(text) || isCidr6(text),
      wanted: 'an IPv6 address with prefix length (2001:db8::2/64), "auto", "dhcp" or "manual"',
    },
  ],
  ['dns-name', byPattern(dnsName, 'a DNS name (letters, digits and "-", in parts divided by ".")')],
  ['disk-size', { takes: (text) => parseSize(text) !== undefined, wanted: 'a size like 20G' }],
  ['pve-tag', byPattern(/^[a-z0-9_][a-z0-9_\-+.]*$/iu, 'a tag of letters, digits, "_", "-", "+" and "."')],
  ['urlencoded', byPattern(/^[-%a-zA-Z0-9_.!~*'()]*$/u, 'URL-encoded text')],
  // pve-storage PVE/Storage.pm.
  ['pve-volume-id', byPattern(volumeId, 'a volume like local-lvm:vm-100-disk-0')],
  // QemuServer.pm.
  [
    'pve-volume-id-or-absolute-path',
    byPattern(
      /^(?:\/.*|[a-z][a-z0-9\-_.]*[a-z0-9]:.+)$/iu,
      'a volume like local:iso/x.iso, or an absolute path',
    ),
  ],
  [
    'pve-volume-id-or-qm-path',
    byPattern(
      /^(?:none|cdrom|\/.*|[a-z][a-z0-9\-_.]*[a-z0-9]:.+)$/iu,
      'a volume like local-lvm:vm-100-disk-0, STORAGE:GiB for a new one, "none", "cdrom" or an absolute path',
    ),
  ],
  [
    'pve-hotplug-features',
    {
      takes: (text) => /^[01]$/u.test(text) || splitList(text).every((part) => hotplugFeatures.has(part)),
      wanted: '0, 1, or some of network, disk, cpu, memory, usb and cloudinit',
    },
  ],
  [
    'pve-qm-bootdisk',
    byPattern(/^(?:ide[0-3]|sata[0-5]|scsi(?:[12]?\d|30)|virtio(?:\d|1[0-5]))$/u, 'a disk like scsi0'),
  ],
  [
    'pve-qm-bootdev',
    byPattern(
      /^(?:ide[0-3]|sata[0-5]|scsi(?:[12]?\d|30)|virtio(?:\d|1[0-5])|net(?:[12]?\d|3[01])|usb(?:\d|1[0-3])|hostpci(?:\d|1[0-5]))$/u,
      'a disk, network device, usb or hostpci device like scsi0 or net0',
    ),
  ],
  ['pve-cpuset', { takes: isCpuSet, wanted: 'a list of cores like 0,5,8-11' }],
  // QemuServer/CPUConfig.pm; a custom model is looked for on the node.
  [
    'cpu-type',
    {
      takes: (text) => text.startsWith('custom-') || cpuModels.has(text),
      wanted: 'a CPU type of PVE, or "custom-" and a model of your own',
    },
  ],
  [
    'cpu-flags',
    {
      takes: (text) => text.split(';').every((flag) => /^[+-]/u.test(flag) && cpuFlags.has(flag.slice(1))),
      wanted: `+ or - and one of ${[...cpuFlags].join(', ')}, divided by ";"`,
    },
  ],
  [
    'cpu-phys-bits',
    {
      takes: (text) =>
        text === 'host' || (/^\d{1,2}$/u.test(text) && Number(text) >= 8 && Number(text) <= 64),
      wanted: 'a number from 8 to 64, or "host"',
    },
  ],
  // LXC/Config.pm.
  [
    'pve-lxc-mp-string',
    { takes: (text) => !/\/\.\.?(?:\/|$)|^\.\.\//u.test(text), wanted: 'a path without "." and ".."' },
  ],
  [
    'pve-lxc-dev-string',
    {
      takes: (text) => text.startsWith('/dev/') && !/\/\.\.?(?:\/|$)/u.test(text),
      wanted: 'a path under /dev',
    },
  ],
  [
    'lxc-ip-with-ll-iface',
    {
      takes: (text) => isIp(text.replace(/(?<=^fe80:[^%]+)%[a-z][a-z0-9_]{1,20}(?:[:.]\d+)?$/iu, '')),
      wanted: 'an IP address',
    },
  ],
  [
    'pve-ct-timezone',
    byPattern(
      /^(?:host|[A-Za-z0-9_+-]+(?:\/[A-Za-z0-9_+-]+)*)$/u,
      '"host", or a time zone like Europe/Vienna',
    ),
  ],
]);

const hotplugFeatures = new Set(['network', 'disk', 'cpu', 'memory', 'usb', 'cloudinit']);

/** PVE::CpuSet parse_cpuset. */
function isCpuSet(text: string): boolean {
  return text.split(',').every((part) => {
    const { from, to } = /^\s*(?<from>\d+)(?:-(?<to>\d+))?\s*$/u.exec(part)?.groups ?? {};
    return from !== undefined && Number(to ?? from) >= Number(from);
  });
}

import type { EffectContext, Property } from '../property.ts';

/** Features that reach a running VM; PVE's default is network, disk and usb (qemu-server, hotplug option). */
function hotplugs(feature: string, options: ReadonlyMap<string, string>): boolean {
  const set = options.get('hotplug') ?? '1';
  const features = set === '1' ? 'network,disk,usb' : set;
  return features.split(/[,;\s]+/u).includes(feature);
}

/** Sub-properties of a disk that PVE changes without unplugging it: its throttles (QemuServer.pm, vmconfig_update_disk). */
const THROTTLES = /^(?:mbps|iops|bps)(?:_rd|_wr)?(?:_max)?(?:_length)?$/u;

const sub = (value: EffectContext['before'], key: string): string | undefined =>
  typeof value === 'object' ? value[key] : undefined;

function diskEffect({ before, after, options }: EffectContext): 'now' | 'restart' {
  if (typeof before !== 'object' || typeof after !== 'object')
    return hotplugs('disk', options) ? 'now' : 'restart';
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => before[key] !== after[key],
  );
  const live = (key: string): boolean =>
    THROTTLES.test(key) || key === 'size' || key === 'backup' || key === 'replicate';
  return changed.every(live) ? 'now' : 'restart';
}

/** IDE and SATA disks are never plugged into a running VM. */
function coldDiskEffect(context: EffectContext): 'now' | 'restart' {
  return context.before === undefined || context.after === undefined ? 'restart' : diskEffect(context);
}

/** A network card changes in place unless the guest would see another card (QemuServer.pm, vmconfig_update_net). */
function netEffect({ options }: EffectContext): 'now' | 'restart' {
  return hotplugs('network', options) ? 'now' : 'restart';
}

/** The balloon's size changes at once, its device doesn't come or go (QemuServer.pm, vmconfig_hotplug_pending). */
function balloonEffect({ before, after }: EffectContext): 'now' | 'restart' {
  return (before === '0') === (after === '0') ? 'now' : 'restart';
}

/** Only fstrim_cloned_disks changes while the VM runs (QemuServer.pm, vmconfig_update_agent). */
function agentEffect({ before, after }: EffectContext): 'now' | 'restart' {
  if (typeof before !== 'object' || typeof after !== 'object') return 'restart';
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].every((key) => key === 'fstrim_cloned_disks' || sub(before, key) === sub(after, key))
    ? 'now'
    : 'restart';
}

/** Memory reaches a running VM only with memory hotplug on. */
function memoryEffect({ options }: EffectContext): 'now' | 'restart' {
  return hotplugs('memory', options) ? 'now' : 'restart';
}

/** Options of `qm` in PVE's own words. */
export const vmProperties: readonly Property[] = [
  { name: 'name', shape: 'scalar', effect: 'now', help: 'Name of the VM, a DNS name.' },
  { name: 'cores', shape: 'scalar', effect: 'restart', help: 'Cores per socket.' },
  { name: 'sockets', shape: 'scalar', effect: 'restart', help: 'CPU sockets.' },
  { name: 'memory', shape: 'property-string', effect: memoryEffect, help: 'Memory in MiB.' },
  {
    name: 'balloon',
    shape: 'scalar',
    effect: balloonEffect,
    help: 'Memory in MiB that ballooning may leave; 0 removes the balloon device.',
  },
  { name: 'cpu', shape: 'property-string', effect: 'restart', help: 'CPU type and flags.' },
  { name: 'ostype', shape: 'scalar', effect: 'restart', help: 'Guest operating system.' },
  { name: 'onboot', shape: 'scalar', effect: 'now', help: 'Start with the node.' },
  {
    name: 'startup',
    shape: 'property-string',
    effect: 'now',
    help: 'Order and delays of start and shutdown.',
  },
  { name: 'tags', shape: 'scalar', effect: 'now', help: 'Tags, a list.' },
  { name: 'description', shape: 'text', effect: 'now', help: 'Notes, any text.' },
  { name: 'protection', shape: 'scalar', effect: 'now', help: 'Refuse to remove the VM and its disks.' },
  { name: 'agent', shape: 'property-string', effect: agentEffect, help: 'QEMU guest agent.' },
  { name: 'scsihw', shape: 'scalar', effect: 'restart', help: 'SCSI controller.' },
  { name: 'boot', shape: 'property-string', effect: 'restart', help: 'Boot order: order=scsi0;net0.' },
  { name: 'nameserver', shape: 'scalar', effect: 'now', help: 'DNS servers for cloud-init.' },
  { name: 'searchdomain', shape: 'scalar', effect: 'now', help: 'Search domain for cloud-init.' },
  { name: 'scsi', indexed: true, shape: 'disk', effect: diskEffect, help: 'SCSI disk or CD drive.' },
  { name: 'virtio', indexed: true, shape: 'disk', effect: diskEffect, help: 'VirtIO disk.' },
  { name: 'sata', indexed: true, shape: 'disk', effect: coldDiskEffect, help: 'SATA disk or CD drive.' },
  { name: 'ide', indexed: true, shape: 'disk', effect: coldDiskEffect, help: 'IDE disk or CD drive.' },
  {
    name: 'net',
    indexed: true,
    shape: 'property-string',
    effect: netEffect,
    help: 'Network card; a MAC address that is not named is kept.',
  },
];

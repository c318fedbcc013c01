import type { EffectContext, Property } from '../property.ts';

/** A new mount point is mounted at once, a changed one at the next start (LXC/Config.pm, vmconfig_hotplug_pending). */
function mountEffect({ before, after }: EffectContext): 'now' | 'restart' {
  if (before === undefined) return 'now';
  const size =
    typeof before === 'object' &&
    typeof after === 'object' &&
    Object.keys({ ...before, ...after }).every((key) => key === 'size' || before[key] === after[key]);
  return size ? 'now' : 'restart';
}

/** Options of `pct` in PVE's own words; the effects are those of LXC/Config.pm ($LXC_FASTPLUG_OPTIONS, vmconfig_hotplug_pending). */
export const containerProperties: readonly Property[] = [
  { name: 'hostname', shape: 'scalar', effect: 'now', help: 'Host name of the container.' },
  { name: 'cores', shape: 'scalar', effect: 'now', help: 'Cores; absent means all.' },
  { name: 'memory', shape: 'scalar', effect: 'now', help: 'Memory in MiB.' },
  { name: 'swap', shape: 'scalar', effect: 'now', help: 'Swap in MiB.' },
  { name: 'ostype', shape: 'scalar', effect: 'restart', help: 'Distribution in the container.' },
  { name: 'onboot', shape: 'scalar', effect: 'now', help: 'Start with the node.' },
  {
    name: 'startup',
    shape: 'property-string',
    effect: 'now',
    help: 'Order and delays of start and shutdown.',
  },
  { name: 'tags', shape: 'scalar', effect: 'now', help: 'Tags, a list.' },
  { name: 'description', shape: 'text', effect: 'now', help: 'Notes, any text.' },
  {
    name: 'protection',
    shape: 'scalar',
    effect: 'now',
    help: 'Refuse to remove the container and its disks.',
  },
  {
    name: 'unprivileged',
    shape: 'scalar',
    effect: 'restart',
    fixed: true,
    help: 'Run with its own range of user ids; 1 unless said otherwise when it is made.',
  },
  { name: 'nameserver', shape: 'scalar', effect: 'restart', help: 'DNS servers.' },
  { name: 'searchdomain', shape: 'scalar', effect: 'restart', help: 'DNS search domains.' },
  {
    name: 'ostemplate',
    shape: 'scalar',
    effect: 'restart',
    transient: true,
    help: 'Template it is made from: local:vztmpl/NAME.tar.zst.',
  },
  { name: 'rootfs', shape: 'disk', effect: mountEffect, help: 'Root disk.' },
  { name: 'mp', indexed: true, shape: 'disk', effect: mountEffect, help: 'Mount point.' },
  {
    name: 'net',
    indexed: true,
    shape: 'property-string',
    effect: 'now',
    help: 'Network card; a MAC address that is not named is kept.',
  },
];

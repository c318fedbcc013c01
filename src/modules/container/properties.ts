import type { EffectContext, Property, RowEffect } from '../property.ts';
import { rows } from '../property.ts';

/**
 * When PVE gives a running container a changed option (LXC/Config.pm, $LXC_FASTPLUG_OPTIONS and vmconfig_hotplug_pending;
 * recordings ct-05 and ct-08).
 */

/** A new mount point is mounted at once, a changed one at the next start; its volume grows at once. */
function mountEffect({ before, after }: EffectContext): RowEffect {
  if (before === undefined) return 'now';
  const onlySize =
    typeof before === 'object' &&
    typeof after === 'object' &&
    Object.keys({ ...before, ...after }).every((key) => key === 'size' || before[key] === after[key]);
  return onlySize ? 'now' : 'restart';
}

/** A device is passed through at once, and changed or taken away at the next start. */
const deviceEffect = ({ before }: EffectContext): RowEffect => (before === undefined ? 'now' : 'restart');

/** Cards come, change and go at once; PVE's pattern for those that go has one digit only. */
const netEffect = ({ option, after }: EffectContext): RowEffect =>
  after === undefined && /\d\d$/u.test(option) ? 'restart' : 'now';

/** Options of `pct` in PVE's own words. */
export const containerProperties: readonly Property[] = [
  ...rows('now', {
    hostname: ['scalar', 'Host name of the container.'],
    description: ['text', 'Notes, any text.'],
    tags: ['scalar', 'Tags, a list.'],
    onboot: ['scalar', 'Start with the node.'],
    startup: ['property-string', 'Order and delays of start and shutdown.'],
    protection: ['scalar', 'Refuse to remove the container and its disks.'],
    hookscript: [
      'scalar',
      'Script of a snippets storage that PVE runs at starts and stops: local:snippets/x.sh.',
    ],
    cores: ['scalar', 'Cores; absent means all.'],
    cpulimit: ['scalar', 'CPUs that it may use at most, like 1.5; 0 is no limit.'],
    cpuunits: ['scalar', 'Its weight among guests that want the CPU.'],
    memory: ['scalar', 'Memory in MiB.'],
    swap: ['scalar', 'Swap in MiB.'],
  }),
  ...rows('restart', {
    arch: ['scalar', 'Architecture of what runs in it.'],
    cmode: ['scalar', 'What its console is connected to.'],
    console: ['scalar', 'Console device.'],
    debug: ['scalar', 'More messages of LXC at the start.'],
    entrypoint: ['scalar', 'Command that it starts with.'],
    env: ['lines', 'Variables of what it starts with: a list of NAME=VALUE.'],
    features: ['property-string', 'What it may do beyond other containers: nesting=1.'],
    nameserver: ['scalar', 'DNS servers.'],
    ostype: ['scalar', 'Distribution in the container.'],
    searchdomain: ['scalar', 'DNS search domains.'],
    timezone: ['scalar', "Time zone; host is the node's."],
    tty: ['scalar', 'Terminals.'],
  }),
  {
    name: 'unprivileged',
    shape: 'scalar',
    effect: 'restart',
    fixed: true,
    help: 'Run with its own range of user ids; 1 unless said otherwise when it is made.',
  },
  {
    name: 'ostemplate',
    shape: 'scalar',
    effect: 'restart',
    transient: true,
    help: 'Template it is made from: local:vztmpl/NAME.tar.zst.',
  },
  {
    name: 'password',
    shape: 'secret',
    effect: 'now',
    transient: true,
    help: 'Password of root.',
  },
  {
    name: 'ssh-public-keys',
    shape: 'keys',
    effect: 'now',
    transient: true,
    help: 'Public keys of root, a list or lines.',
  },
  ...rows(mountEffect, {
    rootfs: ['disk', 'Root disk.'],
    'mp[n]': ['disk', 'Mount point: a volume, or a directory or device of the node.'],
  }),
  ...rows(netEffect, {
    'net[n]': ['property-string', 'Network card; a MAC address that is not named is kept.'],
  }),
  ...rows(deviceEffect, { 'dev[n]': ['property-string', 'Device of the node: /dev/ttyUSB0.'] }),
  {
    name: 'lxc',
    dotted: true,
    shape: 'lines',
    effect: 'restart',
    help: 'Raw option of LXC, like lxc.cap.drop: its lines, a list, "" for one without a value. PVE has no command for these: they are written into the file.',
  },
  {
    name: 'lock',
    shape: 'scalar',
    effect: 'now',
    refused: "It is PVE's own sign that a task works on it. When nothing does: pct unlock VMID",
    help: 'Lock that a task of PVE holds.',
  },
  {
    name: 'template',
    shape: 'scalar',
    effect: 'now',
    refused: 'As a word of the spec it is known: template: yes.',
    help: 'It is a template.',
  },
  {
    name: 'unused',
    indexed: true,
    shape: 'disk',
    effect: 'now',
    refused:
      'PVE itself lists here what is detached. To attach it, name its volume in a slot: mp1: { volume: VOLUME, mp: PATH }. Only null can be declared, which destroys it.',
    removable: true,
    help: 'Volume that is not attached. null destroys it, with --allow-destroy.',
  },
];

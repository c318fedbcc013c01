import type { EffectContext, RowEffect } from '../property.ts';

/**
 * When PVE gives a running VM a changed option, and when it keeps it pending (QemuServer.pm, vmconfig_hotplug_pending and
 * the functions that it calls; recording vm-11).
 */

/** Features that reach a running VM; PVE's default is network, disk and usb. */
export function hotplugs(feature: string, options: EffectContext['options']): boolean {
  const set = options.get('hotplug') ?? '1';
  const features = set === '1' ? 'network,disk,usb' : set;
  return features.split(/[,;\s]+/u).includes(feature);
}

const when = (now: boolean): RowEffect => (now ? 'now' : 'restart');

/** What a feature decides alone: memory, vcpus, tablet. */
export const byFeature =
  (feature: string) =>
  ({ options }: EffectContext): RowEffect =>
    when(hotplugs(feature, options));

/** What a disk can't change while it is plugged in. */
const COLD = ['aio', 'discard', 'iothread', 'queues', 'product', 'cache', 'ssd', 'vendor', 'ro'];

/** A disk's limits and such change in place; IDE and SATA disks are never plugged in or out of a running VM. */
export function diskEffect({ option, before, after, options }: EffectContext): RowEffect {
  const plug = when(hotplugs('disk', options) && !/^(?:ide|sata)/u.test(option));
  if (typeof before !== 'object' || typeof after !== 'object') return plug;
  // A medium is changed in the drive.
  if (before['media'] === 'cdrom') return 'now';
  return when(COLD.every((key) => before[key] === after[key]));
}

/** Keys that make it another card for the VM, which is then unplugged and plugged in again. */
const CARD = ['model', 'macaddr', 'queues', 'mtu'];

/** Whether the VM sees its card go and come back. */
function replugs({ before, after }: Pick<EffectContext, 'before' | 'after'>): boolean {
  if (typeof before !== 'object' || typeof after !== 'object') return true;
  const sameMode = before['bridge'] !== undefined && after['bridge'] !== undefined;
  return !sameMode || CARD.some((key) => before[key] !== after[key]);
}

/** A network card changes in place unless the VM would see another card. */
export function netEffect(context: EffectContext): RowEffect {
  return when(!replugs(context) || hotplugs('network', context.options));
}

/** What a running VM feels of it (vmconfig_update_net). */
export function netRisk(context: EffectContext): string | undefined {
  const { option, before, after } = context;
  if (typeof before !== 'object' || typeof after !== 'object' || netEffect(context) === 'restart')
    return undefined;
  if (replugs(context)) return `${option} is unplugged from the running VM and plugged in again`;
  return ['bridge', 'tag'].some((key) => before[key] !== after[key])
    ? `the link of ${option} goes down for a moment`
    : undefined;
}

/** The balloon's size changes at once, its device doesn't come or go. */
export function balloonEffect({ before, after }: EffectContext): RowEffect {
  return when((before === '0') === (after === '0'));
}

/** Of the agent only fstrim_cloned_disks changes while the VM runs (vmconfig_update_agent). */
export function agentEffect({ before, after }: EffectContext): RowEffect {
  if (typeof before !== 'object' || typeof after !== 'object') return 'restart';
  // What is disabled has no other properties (parse_guest_agent).
  const [old, now] = [before, after].map((agent) => (agent['enabled'] === '1' ? agent : {}));
  const keys = Object.keys({ ...old, ...now });
  return when(keys.every((key) => key === 'fstrim_cloned_disks' || old?.[key] === now?.[key]));
}

/** Features that touch CPUs or memory come and go only with the machine. */
export function hotplugEffect({ before, after }: EffectContext): RowEffect {
  return when(![before, after].some((value) => typeof value === 'string' && /cpu|memory/u.test(value)));
}

/** USB devices are plugged into Linux and Windows 8 and later, on machines of QEMU 7.1 and later. */
export function usbEffect({ options }: EffectContext): RowEffect {
  const guest = /^(?:l26|win8|win1\d)$/u.test(options.get('ostype') ?? '');
  const { major, minor } = /-(?<major>\d+)\.(?<minor>\d+)/u.exec(options.get('machine') ?? '')?.groups ?? {};
  const old = major !== undefined && (Number(major) < 7 || (major === '7' && Number(minor) < 1));
  return when(hotplugs('usb', options) && guest && !old);
}

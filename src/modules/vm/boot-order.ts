import { parseVolumeId } from '../../pve/volume-id.ts';
import { splitList } from '../../pve/text-list.ts';

/**
 * What `qm set` makes of a boot order by itself (API2/Qemu.pm, update_vm_api): a CD drive that is set joins it at its end,
 * what is removed leaves it; a disk or card that is added does not join (pitfalls 24). Undefined: it stays as it is.
 */
export function bootOrderAfter(
  boot: string | undefined,
  set: Readonly<Record<string, string>>,
  removed: readonly string[],
): string | undefined {
  const order = bootDevices(boot);
  if (order.length === 0) return undefined;
  const left = order.filter((device) => !removed.includes(device));
  const joined = Object.keys(set).filter(
    (option) => isCdDrive(option, set[option] ?? '') && !left.includes(option),
  );
  if (left.length === order.length && joined.length === 0) return undefined;
  return `order=${[...left, ...joined.toSorted()].join(';')}`;
}

/** The devices of a boot order; none where there is no order. */
export function bootDevices(boot: string | undefined): readonly string[] {
  const order = /(?:^|,)order=(?<order>[^,]*)/u.exec(boot ?? '')?.groups?.['order'];
  return order === undefined ? [] : splitList(order);
}

function isCdDrive(option: string, text: string): boolean {
  if (!/^(?:ide|sata|scsi)\d+$/u.test(option) || !/(?:^|,)media=cdrom(?:,|$)/u.test(text)) return false;
  const volume = /^(?:file=)?(?<volume>[^,]*)/u.exec(text)?.groups?.['volume'] ?? '';
  return parseVolumeId(volume)?.kind !== 'cloudinit' && !/[:/]vm-\d+-cloudinit(?:\.\w+)?$/u.test(volume);
}

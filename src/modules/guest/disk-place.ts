import { propertyFormat } from '../../pve/named-property-formats.ts';
import { optionSchema } from '../../pve/option-schema.ts';
import { decodePropertyString } from '../../pve/property-string.ts';
import { parseSize } from '../../pve/size.ts';
import { parseVolumeId } from '../../pve/volume-id.ts';
import type { GuestKind } from './guest-kind.ts';
import type { Guest } from './read-guest.ts';

/** The parts of a disk's text that say which volume it is. */
export interface Place {
  readonly volume: string;
  readonly storage: string | undefined;
  readonly size: string | undefined;
  /** How the volume is kept: what its name says, else raw. */
  readonly format: string;
  readonly cdrom: boolean;
}

/** Words of a disk that PVE's own property strings don't know, beside storage and size. */
export const DISK_WORDS = ['delete-source', 'checksum', 'image-storage'];

/** Disks whose size PVE decides (QemuServer.pm, create_disks). */
export const hasOwnSize = (option: string): boolean => option === 'efidisk0' || option === 'tpmstate0';

/** A cloud-init drive, to be made or made (QemuServer.pm, drive_is_cloudinit). */
export const isCloudInitVolume = (volume: string): boolean =>
  /[:/](?:vm-\d+-)?cloudinit(?:\.\w+)?$/u.test(volume);

/** Where a disk is. How large is the volume's own matter: the line that runs says it, a pending one may be older. */
export function presentPlace(kind: GuestKind, option: string, text: string, guest: Guest): Place {
  const active = guest.active[option];
  const place = placeOf(kind, option, text);
  const running = active === undefined ? undefined : placeOf(kind, option, active);
  return running?.volume === place.volume ? { ...place, size: running.size } : place;
}

/** What of a declared disk is said by the line of one that is there: neither where and how it was made, nor its size. */
export function lineOf(
  kind: GuestKind,
  option: string,
  text: string,
  wanted: Readonly<Record<string, string | null>>,
): Readonly<Record<string, string | null>> {
  const line = withoutMaking(wanted);
  const place = placeOf(kind, option, text);
  const named = line[kind.volumeKey];
  return typeof named === 'string' && isThere(place, named)
    ? { ...line, [kind.volumeKey]: place.volume }
    : line;
}

/** Said for the moment in which a disk is made or moved: where and how; its line says none of it. */
const MAKING = new Set(['storage', 'size', 'format', 'import-from', ...DISK_WORDS]);

function withoutMaking(
  wanted: Readonly<Record<string, string | null>>,
): Readonly<Record<string, string | null>> {
  return Object.fromEntries(Object.entries(wanted).filter(([key]) => !MAKING.has(key)));
}

/** `local-lvm:cloudinit` is there as `local-lvm:vm-100-cloudinit`. */
function isThere(place: Place, named: string): boolean {
  if (named === place.volume) return true;
  return isCloudInitVolume(place.volume) && cloudInitStorage(named) === place.storage;
}

/** The storage on which `local-lvm:cloudinit` has a cloud-init drive made. */
export function cloudInitStorage(volume: string): string | undefined {
  const parsed = parseVolumeId(volume);
  return parsed?.kind === 'cloudinit' ? parsed.storage : undefined;
}

/** The storage that a volume's id names; none for a path or an empty drive. */
export function storageOfVolume(volume: string): string | undefined {
  const parsed = parseVolumeId(volume);
  return parsed !== undefined && 'storage' in parsed ? parsed.storage : undefined;
}

export function placeOf(kind: GuestKind, option: string, text: string): Place {
  const { values } = decodePropertyString(formatOf(kind, option), text);
  const volume = values[kind.volumeKey] ?? '';
  const parsed = parseVolumeId(volume);
  const storage = storageOfVolume(volume);
  const size = values['size'];
  return {
    volume,
    storage,
    size: size !== undefined && parseSize(size) !== undefined ? size : undefined,
    format:
      values['format'] ?? /\.(?<format>raw|qcow2|vmdk|subvol)$/u.exec(volume)?.groups?.['format'] ?? 'raw',
    cdrom: values['media'] === 'cdrom' || parsed?.kind === 'none',
  };
}

export function formatOf(kind: GuestKind, option: string): NonNullable<ReturnType<typeof propertyFormat>> {
  const schema = optionSchema(kind.kind, option);
  return (schema && propertyFormat(schema)) ?? {};
}

export const sizeOf = (text: string): number => parseSize(text) ?? 0;

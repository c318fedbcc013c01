import type { Diagnostic } from '../../diagnostic.ts';
import { propertyFormat } from '../../pve/named-property-formats.ts';
import { optionSchema } from '../../pve/option-schema.ts';
import { decodePropertyString, editPropertyString, encodePropertyString } from '../../pve/property-string.ts';
import { parseSize } from '../../pve/size.ts';
import { parseVolumeId } from '../../pve/volume-id.ts';
import type { WantedValue } from '../module.ts';
import type { Property } from '../property.ts';
import type { GuestKind } from './guest-kind.ts';
import { optionChange } from './option-change.ts';
import type { OptionChange } from './option-change.ts';
import { withMedium } from './wanted-disk.ts';
import type { Guest } from './read-guest.ts';

const GIB = 1024 ** 3;

/** What has to be done to a disk. */
export interface DiskChange {
  readonly change?: OptionChange;
  /** Grow to this size. */
  readonly grow?: { readonly from: string; readonly to: string };
  /** A new volume on this storage. */
  readonly allocates?: string;
  /** A volume, medium or path that the slot is given: it must be there. */
  readonly volume?: string;
  readonly refusals: readonly Pick<Diagnostic, 'code' | 'message' | 'hint'>[];
}

/** The parts of a disk's text that say which volume it is. */
interface Place {
  readonly volume: string;
  readonly storage: string | undefined;
  readonly size: string | undefined;
  /** How the volume is kept: what its name says, else raw. */
  readonly format: string;
  readonly cdrom: boolean;
}

/** Disks whose size PVE decides (QemuServer.pm, create_disks). */
const hasOwnSize = (option: string): boolean => option === 'efidisk0' || option === 'tpmstate0';

/** What PVE looks at only when it makes such a disk (API2/Qemu.pm prohibit_tpm_version_change; QemuServer/OVMF.pm). */
const MADE_WITH = ['efitype', 'pre-enrolled-keys', 'version'];

/** A cloud-init drive, to be made or made (QemuServer.pm, drive_is_cloudinit). */
export const isCloudInitVolume = (volume: string): boolean =>
  /[:/](?:vm-\d+-)?cloudinit(?:\.\w+)?$/u.test(volume);

/**
 * A disk's change. The volume of a slot that exists comes from the live config and stays: it grows by a resize, its
 * options change in place; a shrink, another storage, another volume are refused (demands 3 and 4).
 */
export function diskChange(
  kind: GuestKind,
  row: Property,
  option: string,
  wanted: WantedValue,
  guest: Guest,
): DiskChange {
  if (wanted === null) return removal(kind, row, option, guest);
  if (typeof wanted === 'string') return { refusals: [] };
  const text = guest.effective[option];
  if (text === undefined) return newDisk(kind, option, wanted);
  const place = presentPlace(kind, option, text, guest);
  const { storage, size, format } = wanted;
  const { [kind.volumeKey]: volume, ...rest } = lineOf(kind, option, text, wanted);
  const refusals = [
    ...refuseVolume(option, place, volume),
    ...refuseStorage(option, place, storage),
    ...refuseSize(option, place, size),
    ...refuseFormat(kind, option, place, format, guest.vmid),
    ...refuseMadeWith(kind, option, text, rest),
  ];
  const other =
    typeof volume === 'string' && volume !== place.volume && refusals.length === 0 ? volume : undefined;
  const found = optionChange(
    kind,
    row,
    option,
    { ...rest, ...(other !== undefined && { [kind.volumeKey]: other }) },
    guest,
  );
  const made = other === undefined ? undefined : cloudInitStorage(other);
  const grow =
    typeof size === 'string' && place.size !== undefined && sizeOf(size) > sizeOf(place.size)
      ? { from: place.size, to: size }
      : undefined;
  const change = found && withSize(kind, found, grow?.to ?? place.size);
  return {
    refusals,
    ...(change && { change }),
    ...(grow && { grow }),
    ...(made !== undefined && { allocates: made }),
    ...(made === undefined && other !== undefined && { volume: other }),
  };
}

/** What of a declared disk is said by the line of one that is there: neither where and how it was made, nor its size. */
export function lineOf(
  kind: GuestKind,
  option: string,
  text: string,
  wanted: Readonly<Record<string, string | null>>,
): Readonly<Record<string, string | null>> {
  const { storage: _storage, size: _size, format: _format, 'import-from': _from, ...line } = wanted;
  const place = placeOf(kind, option, text);
  const named = line[kind.volumeKey];
  return typeof named === 'string' && isThere(place, named)
    ? { ...line, [kind.volumeKey]: place.volume }
    : line;
}

/** `local-lvm:cloudinit` is there as `local-lvm:vm-100-cloudinit`. */
function isThere(place: Place, named: string): boolean {
  if (named === place.volume) return true;
  return isCloudInitVolume(place.volume) && cloudInitStorage(named) === place.storage;
}

/** The storage on which `local-lvm:cloudinit` has a cloud-init drive made. */
function cloudInitStorage(volume: string): string | undefined {
  const parsed = parseVolumeId(volume);
  return parsed?.kind === 'cloudinit' ? parsed.storage : undefined;
}

/** Where a disk is. How large is the volume's own matter: the line that runs says it, a pending one may be older. */
function presentPlace(kind: GuestKind, option: string, text: string, guest: Guest): Place {
  const active = guest.active[option];
  const place = placeOf(kind, option, text);
  const running = active === undefined ? undefined : placeOf(kind, option, active);
  return running?.volume === place.volume ? { ...place, size: running.size } : place;
}

/** A set after a resize carries the new size, else it would write the old one. */
function withSize(kind: GuestKind, change: OptionChange, size: string | undefined): OptionChange {
  if (change.text === undefined || size === undefined) return change;
  const text = editPropertyString(formatOf(kind, change.option), change.text, { set: { size } });
  return { ...change, text, after: text };
}

/** The text that makes a new disk: `local-lvm:20,discard=on`, the size in GiB as PVE wants it there. */
export function allocationText(
  kind: GuestKind,
  option: string,
  wanted: Readonly<Record<string, string | null>>,
): string {
  const { storage, size, ...rest } = withMedium(kind, wanted);
  const set: Record<string, string> = {};
  for (const [key, value] of Object.entries(rest)) if (value !== null) set[key] = value;
  const gib = hasOwnSize(option) ? 1 : sizeOf(size ?? '0') / GIB;
  if (typeof storage === 'string') set[kind.volumeKey] = `${storage}:${gib}`;
  else if (typeof size === 'string') set['size'] = size;
  return encodePropertyString(formatOf(kind, option), set);
}

/** The storages that a disk's text, wanted or present, is on. */
export function storageOf(kind: GuestKind, option: string, text: string): string | undefined {
  return placeOf(kind, option, text).storage;
}

function newDisk(
  kind: GuestKind,
  option: string,
  wanted: Readonly<Record<string, string | null>>,
): DiskChange {
  const { storage, size } = wanted;
  const text = allocationText(kind, option, wanted);
  const change: OptionChange = { option, how: 'set', text, before: undefined, after: text };
  const volume = wanted[kind.volumeKey];
  if (typeof volume === 'string') {
    const made = cloudInitStorage(volume);
    return { change, ...(made === undefined ? { volume } : { allocates: made }), refusals: [] };
  }
  if (typeof storage === 'string' && hasOwnSize(option)) return { change, allocates: storage, refusals: [] };
  if (typeof storage === 'string' && typeof size === 'string') {
    if (sizeOf(size) > 0 || wanted['import-from'] !== undefined)
      return { change, allocates: storage, refusals: [] };
    return {
      refusals: [
        { code: 'guest/disk-size', message: `${option} would have size 0; a size is wanted, like "20G"` },
      ],
    };
  }
  const missing = storage === undefined ? 'storage' : 'size';
  return {
    refusals: [
      {
        code: `${kind.kind}/disk-incomplete`,
        message: `${option} is not there yet, and the spec gives no ${missing}; a new disk needs ${hasOwnSize(option) ? 'a storage' : 'storage and size'}`,
        hint: `Write it as ${option}: { storage: local-lvm${hasOwnSize(option) ? '' : ', size: 20G'} }.`,
      },
    ],
  };
}

function removal(kind: GuestKind, row: Property, option: string, guest: Guest): DiskChange {
  const text = guest.effective[option];
  if (text === undefined) return { refusals: [] };
  const { cdrom, volume } = placeOf(kind, option, text);
  // No volume of PVE's goes.
  if (cdrom || volume.startsWith('/')) {
    const change = optionChange(kind, row, option, null, guest);
    return { refusals: [], ...(change && { change }) };
  }
  return {
    refusals: [
      {
        code: `${kind.kind}/disk-removal`,
        message: `${option} holds ${text.split(',')[0]}, and removing a disk is not supported yet`,
        hint: `By hand: ${kind.command} set ${guest.vmid} --delete ${option} (keeps the volume as an unused disk).`,
      },
    ],
  };
}

function refuseVolume(
  option: string,
  place: Place,
  volume: string | null | undefined,
): DiskChange['refusals'] {
  if (typeof volume !== 'string' || volume === place.volume || place.cdrom) return [];
  // Directories and devices of the node are no volumes: nothing is left behind.
  if (place.volume.startsWith('/') && volume.startsWith('/')) return [];
  return [
    {
      code: 'guest/disk-in-use',
      message: `${option} holds ${place.volume}, and the spec wants ${volume} there; a disk is never replaced`,
      hint: 'Give the new volume another slot.',
    },
  ];
}

function refuseStorage(
  option: string,
  place: Place,
  storage: string | null | undefined,
): DiskChange['refusals'] {
  if (typeof storage !== 'string' || storage === place.storage) return [];
  return [
    {
      code: 'guest/disk-move',
      message: `${option} is on storage ${place.storage ?? 'none'}, and the spec wants ${storage}; moving a disk is not supported yet`,
      hint: 'Declare the storage that it is on, or move it by hand with "qm disk move" or "pct move-volume".',
    },
  ];
}

function refuseSize(option: string, place: Place, size: string | null | undefined): DiskChange['refusals'] {
  if (typeof size !== 'string') return [];
  if (place.size === undefined) {
    return place.cdrom || place.storage === undefined
      ? [
          {
            code: 'guest/disk-size',
            message: `${option} has no size that could be compared with ${size}`,
            hint: 'Leave "size" out.',
          },
        ]
      : [];
  }
  if (sizeOf(size) >= sizeOf(place.size)) return [];
  return [
    {
      code: 'guest/disk-shrink',
      message: `${option} is ${place.size}, and the spec wants ${size}; a disk is never shrunk`,
      hint: `Write "size: ${place.size}", or make a smaller disk and copy its content inside the guest.`,
    },
  ];
}

/** A volume changes its format only by a move. Where the line says one it is what a migration has left there (pitfalls 24). */
function refuseFormat(
  kind: GuestKind,
  option: string,
  place: Place,
  format: string | null | undefined,
  vmid: number,
): DiskChange['refusals'] {
  if (typeof format !== 'string' || format === place.format) return [];
  return [
    {
      code: 'guest/disk-format',
      message: `${option} is ${place.format}, and the spec wants ${format}; changing the format of a disk is not supported yet`,
      hint: `By hand: ${kind.command} disk move ${vmid} ${option} ${place.storage ?? 'STORAGE'} --format ${format}`,
    },
  ];
}

function refuseMadeWith(
  kind: GuestKind,
  option: string,
  text: string,
  wanted: Readonly<Record<string, string | null>>,
): DiskChange['refusals'] {
  if (!hasOwnSize(option)) return [];
  const format = formatOf(kind, option);
  const { values } = decodePropertyString(format, text);
  return MADE_WITH.flatMap((key) => {
    const has = values[key] ?? String(format[key]?.default ?? '');
    const wish = wanted[key];
    if (wish === undefined || (wish ?? String(format[key]?.default ?? '')) === has) return [];
    return [
      {
        code: 'guest/fixed',
        message: `${option} was made with ${key}=${has}, which never changes; the spec wants ${wish ?? 'its default'}`,
        hint: 'Declare what it is.',
      },
    ];
  });
}

function placeOf(kind: GuestKind, option: string, text: string): Place {
  const { values } = decodePropertyString(formatOf(kind, option), text);
  const volume = values[kind.volumeKey] ?? '';
  const parsed = parseVolumeId(volume);
  const storage = parsed !== undefined && 'storage' in parsed ? parsed.storage : undefined;
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

function formatOf(kind: GuestKind, option: string): NonNullable<ReturnType<typeof propertyFormat>> {
  const schema = optionSchema(kind.kind, option);
  return (schema && propertyFormat(schema)) ?? {};
}

const sizeOf = (text: string): number => parseSize(text) ?? 0;

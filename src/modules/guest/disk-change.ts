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
  readonly cdrom: boolean;
}

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
  const { storage, size, [kind.volumeKey]: volume, ...rest } = wanted;
  const refusals = [
    ...refuseVolume(option, place, volume),
    ...refuseStorage(option, place, storage),
    ...refuseSize(option, place, size),
  ];
  const medium = typeof volume === 'string' && volume !== place.volume && place.cdrom ? volume : undefined;
  const found = optionChange(
    kind,
    row,
    option,
    { ...rest, ...(medium !== undefined && { [kind.volumeKey]: medium }) },
    guest,
  );
  const grow =
    typeof size === 'string' && place.size !== undefined && sizeOf(size) > sizeOf(place.size)
      ? { from: place.size, to: size }
      : undefined;
  const change = found && withSize(kind, found, grow?.to ?? place.size);
  return {
    refusals,
    ...(change && { change }),
    ...(grow && { grow }),
    ...(medium !== undefined && { volume: medium }),
  };
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
  const { storage, size, ...rest } = wanted;
  const set: Record<string, string> = {};
  for (const [key, value] of Object.entries(rest)) if (value !== null) set[key] = value;
  if (typeof storage === 'string') set[kind.volumeKey] = `${storage}:${sizeOf(size ?? '0') / GIB}`;
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
  if (typeof volume === 'string') return { change, volume, refusals: [] };
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
        message: `${option} is not there yet, and the spec gives no ${missing}; a new disk needs storage and size`,
        hint: `Write it as ${option}: { storage: local-lvm, size: 20G }.`,
      },
    ],
  };
}

function removal(kind: GuestKind, row: Property, option: string, guest: Guest): DiskChange {
  const text = guest.effective[option];
  if (text === undefined) return { refusals: [] };
  if (placeOf(kind, option, text).cdrom) {
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
    cdrom: values['media'] === 'cdrom' || parsed?.kind === 'none',
  };
}

function formatOf(kind: GuestKind, option: string): NonNullable<ReturnType<typeof propertyFormat>> {
  const schema = optionSchema(kind.kind, option);
  return (schema && propertyFormat(schema)) ?? {};
}

const sizeOf = (text: string): number => parseSize(text) ?? 0;

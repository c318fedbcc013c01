import type { Diagnostic } from '../../diagnostic.ts';
import { editPropertyString, encodePropertyString } from '../../pve/property-string.ts';
import type { WantedValue } from '../module.ts';
import type { Property } from '../property.ts';
import {
  cloudInitStorage,
  formatOf,
  hasOwnSize,
  lineOf,
  placeOf,
  presentPlace,
  sizeOf,
} from './disk-place.ts';
import { diskRefusals } from './disk-refusals.ts';
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
  const { size } = wanted;
  const { [kind.volumeKey]: volume, ...rest } = lineOf(kind, option, text, wanted);
  const refusals = diskRefusals(kind, guest.vmid, option, text, place, wanted);
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

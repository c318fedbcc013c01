import type { Diagnostic } from '../../diagnostic.ts';
import { editPropertyString } from '../../pve/edit-property-string.ts';
import { encodePropertyString } from '../../pve/property-string.ts';
import type { WantedValue } from '../module.ts';
import type { Property } from '../property.ts';
import {
  DISK_WORDS,
  cloudInitStorage,
  formatOf,
  hasOwnSize,
  lineOf,
  presentPlace,
  sizeOf,
} from './disk-place.ts';
import { diskRefusals } from './disk-refusals.ts';
import type { GuestKind } from './guest-kind.ts';
import { leavingDisk } from './leave-disk.ts';
import type { DiskMove } from './move-disk.ts';
import { diskMove } from './move-disk.ts';
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
  /** To another storage or format. */
  readonly move?: DiskMove;
  /** What a new volume is made from: a file of the node or another volume. */
  readonly imports?: string;
  /** A new volume on this storage. */
  readonly allocates?: string;
  /** A volume, medium or path that the slot is given: it must be there. */
  readonly volume?: string;
  /** A volume that leaves its slot, and stays with the guest. */
  readonly detaches?: string;
  /** A volume that is destroyed. */
  readonly destroys?: string;
  readonly refusals: readonly Pick<Diagnostic, 'code' | 'message' | 'hint'>[];
}

/**
 * A disk's change. The volume of a slot that exists comes from the live config and stays: it grows by a resize, its
 * options change in place, another storage or format is a move; a shrink and another volume are refused (demands 3 and 4).
 */
export function diskChange(
  kind: GuestKind,
  row: Property,
  option: string,
  wanted: WantedValue,
  guest: Guest,
): DiskChange {
  if (wanted === null) return leavingDisk(kind, row, option, guest);
  if (typeof wanted === 'string') return { refusals: [] };
  const text = guest.effective[option];
  const leaves = guest.active[option];
  if (text === undefined && leaves !== undefined)
    return stayingDisk(kind, row, option, wanted, guest, leaves);
  if (text === undefined) return newDisk(kind, option, wanted);
  const place = presentPlace(kind, option, text, guest);
  const { size } = wanted;
  const { [kind.volumeKey]: volume, ...rest } = lineOf(kind, option, text, wanted);
  const refusals = diskRefusals(kind, option, text, place, wanted);
  const move = refusals.length === 0 ? diskMove(place, wanted) : undefined;
  const other =
    typeof volume === 'string' && volume !== place.volume && refusals.length === 0 ? volume : undefined;
  const found = optionChange(
    kind,
    row,
    option,
    { ...rest, ...(other !== undefined && { [kind.volumeKey]: other, ...(place.cdrom && { size: null }) }) },
    guest,
  );
  const made = other === undefined ? undefined : cloudInitStorage(other);
  const grow =
    typeof size === 'string' && place.size !== undefined && sizeOf(size) > sizeOf(place.size)
      ? { from: place.size, to: size }
      : undefined;
  // A disk that moves is set before, as its volume has no name yet, and grows after that.
  const change =
    found && place.cdrom && other !== undefined
      ? found
      : found && withSize(kind, found, move === undefined ? (grow?.to ?? place.size) : place.size);
  return {
    refusals,
    ...(change && { change }),
    ...(grow && { grow }),
    ...(move && { move }),
    ...(made !== undefined && { allocates: made }),
    ...(made === undefined && other !== undefined && { volume: other }),
  };
}

/** A disk that would leave at the next stop is kept, and not made anew. What sets it keeps it, too. */
function stayingDisk(
  kind: GuestKind,
  row: Property,
  option: string,
  wanted: WantedValue,
  guest: Guest,
  text: string,
): DiskChange {
  const kept = diskChange(kind, row, option, wanted, {
    ...guest,
    effective: { ...guest.effective, [option]: text },
  });
  return kept.change === undefined
    ? { ...kept, change: { option, how: 'revert', before: undefined, after: text } }
    : kept;
}

/** A set carries the size that the disk has by then, else it would write the old one. */
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
  for (const [key, value] of Object.entries(rest))
    if (value !== null && !DISK_WORDS.includes(key)) set[key] = value;
  // What is imported has its own size (API2/Qemu.pm, check_drive_param).
  const imports = typeof rest['import-from'] === 'string';
  const gib = imports ? 0 : hasOwnSize(option) ? 1 : sizeOf(size ?? '0') / GIB;
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
  const imports = wanted['import-from'];
  if (typeof storage === 'string' && typeof imports === 'string') {
    const grow = typeof size === 'string' ? { from: 'the size of the image', to: size } : undefined;
    return { change, allocates: storage, imports, ...(grow && { grow }), refusals: [] };
  }
  if (typeof storage === 'string' && hasOwnSize(option)) return { change, allocates: storage, refusals: [] };
  if (typeof storage === 'string' && typeof size === 'string') {
    if (sizeOf(size) > 0) return { change, allocates: storage, refusals: [] };
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

import { propertyFormat } from '../../pve/named-property-formats.ts';
import { optionSchema } from '../../pve/option-schema.ts';
import { editPropertyString } from '../../pve/edit-property-string.ts';
import { encodePropertyString } from '../../pve/property-string.ts';
import { parseVolumeId } from '../../pve/volume-id.ts';
import type { WantedValue } from '../module.ts';
import { findProperty } from '../property.ts';
import { lineOf, placeOf } from './disk-place.ts';
import type { GuestKind } from './guest-kind.ts';
import { movedVolume } from './move-disk.ts';
import { withMedium } from './wanted-disk.ts';
import { unnamedVolume } from './unnamed-volume.ts';

/** The text of an option once a value was set; of a new volume PVE makes up the name, and this one stands for it. */
export function textAfter(
  kind: GuestKind,
  vmid: number,
  option: string,
  before: string | undefined,
  value: NonNullable<WantedValue>,
): string {
  if (typeof value === 'string') return value;
  const schema = optionSchema(kind.kind, option);
  const format = (schema && propertyFormat(schema)) ?? {};
  const isDisk = findProperty(kind.properties, option)?.shape === 'disk';
  const isThere = before !== undefined && before.trim() !== '';
  const named = Object.entries(
    isDisk ? diskLine(kind, vmid, option, isThere ? before : undefined, value) : value,
  );
  const set = Object.fromEntries(named.flatMap(([key, each]) => (each === null ? [] : [[key, each]])));
  if (!isThere) return encodePropertyString(format, set);
  return editPropertyString(format, before, {
    set,
    remove: named.flatMap(([key, each]) => (each === null ? [key] : [])),
  });
}

/** PVE names a new volume itself; these names stand for one that is not known yet. */
function diskLine(
  kind: GuestKind,
  vmid: number,
  option: string,
  before: string | undefined,
  wanted: Readonly<Record<string, string | null>>,
): Readonly<Record<string, string | null>> {
  const line = lineOf(kind, option, before ?? '', before === undefined ? withMedium(kind, wanted) : wanted);
  const { storage, size, format } = wanted;
  const sized = typeof size === 'string' ? { size } : {};
  const volume = line[kind.volumeKey];
  const parsed = typeof volume === 'string' ? parseVolumeId(volume) : undefined;
  if (parsed?.kind === 'cloudinit')
    return { ...line, [kind.volumeKey]: `${parsed.storage}:vm-${vmid}-cloudinit` };
  const place = before === undefined ? undefined : placeOf(kind, option, before);
  // The size of a medium is that medium's.
  if (place?.cdrom === true && typeof volume === 'string' && volume !== place.volume)
    return { ...line, size: null };
  const moved = before === undefined ? undefined : movedVolume(kind, vmid, option, before, wanted);
  if (moved !== undefined) return { ...line, ...sized, [kind.volumeKey]: moved, format: null };
  if (before !== undefined || typeof storage !== 'string') return { ...line, ...sized };
  const made = unnamedVolume(storage, vmid, option, format ?? undefined);
  return { ...line, ...sized, [kind.volumeKey]: made };
}

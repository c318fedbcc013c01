import type { Diagnostic } from '../../diagnostic.ts';
import { decodePropertyString } from '../../pve/property-string.ts';
import type { Place } from './disk-place.ts';
import { formatOf, hasOwnSize, lineOf, sizeOf } from './disk-place.ts';
import type { GuestKind } from './guest-kind.ts';

type Refusals = readonly Pick<Diagnostic, 'code' | 'message' | 'hint'>[];
type Wanted = Readonly<Record<string, string | null>>;

/** What PVE looks at only when it makes such a disk (API2/Qemu.pm prohibit_tpm_version_change; QemuServer/OVMF.pm). */
const MADE_WITH = ['efitype', 'pre-enrolled-keys', 'version'];

/** Why a disk that is there can't be made as it is wanted; `text` is its line. */
export function diskRefusals(
  kind: GuestKind,
  option: string,
  text: string,
  place: Place,
  wanted: Wanted,
): Refusals {
  const line = lineOf(kind, option, text, wanted);
  return [
    ...refuseVolume(option, place, line[kind.volumeKey]),
    ...(typeof wanted['storage'] === 'string' && (place.cdrom || place.storage === undefined)
      ? refuseOther(option, place)
      : refuseSize(option, place, wanted['size'])),
    ...refuseFormat(option, place, line[kind.volumeKey], wanted['format']),
    ...refuseMadeWith(kind, option, text, line),
  ];
}

function refuseVolume(option: string, place: Place, volume: string | null | undefined): Refusals {
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

/** A slot that something else has is never given a disk. */
function refuseOther(option: string, place: Place): Refusals {
  const is = place.cdrom ? `a CD drive (${place.volume})` : `${place.volume} of the node`;
  return [
    {
      code: 'guest/disk-in-use',
      message: `${option} is ${is}, and the spec wants a disk of a storage there; what is in a slot is never replaced`,
      hint: 'Give the disk another slot.',
    },
  ];
}

function refuseSize(option: string, place: Place, size: string | null | undefined): Refusals {
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

/** In another format it would be another volume. */
function refuseFormat(
  option: string,
  place: Place,
  volume: string | null | undefined,
  format: string | null | undefined,
): Refusals {
  if (typeof volume !== 'string' || typeof format !== 'string' || format === place.format) return [];
  return [
    {
      code: 'guest/disk-format',
      message: `${option} is ${place.format}, and the spec wants the same volume as ${format}; another format is a move, which makes a new volume`,
      hint: `Write it as ${option}: { storage: ${place.storage ?? 'STORAGE'}, format: ${format} }.`,
    },
  ];
}

function refuseMadeWith(kind: GuestKind, option: string, text: string, wanted: Wanted): Refusals {
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

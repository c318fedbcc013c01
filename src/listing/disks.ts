import { options } from '../pve/guest-config.ts';
import { propertyFormat } from '../pve/named-property-formats.ts';
import { optionSchema } from '../pve/option-schema.ts';
import { decodePropertyString } from '../pve/property-string.ts';
import { parseSize } from '../pve/size.ts';
import { parseVolumeId } from '../pve/volume-id.ts';
import type { KnownGuest } from './guest-name.ts';
import { guestCells, knownGuests } from './guest-name.ts';
import type { Listing, Row } from './listing.ts';
import { columns, ofEachCluster, rowOf, textOrNull } from './listing.ts';
import { asBytes } from './units.ts';

const diskNames = {
  vm: /^(?:(?:scsi|virtio|ide|sata|unused|efidisk)\d+|tpmstate0)$/u,
  container: /^(?:rootfs|(?:mp|unused)\d+)$/u,
};

/** Disks of guests as their configs have them now; size in bytes. */
export const disks: Listing = {
  columns: columns('vmid guest disk storage volume size node cluster', 'type mountpoint options', {
    size: asBytes('size'),
  }),
  rows: ofEachCluster((snapshot) =>
    knownGuests(snapshot).flatMap((guest) =>
      Object.entries(options(guest.config))
        .filter(([name]) => diskNames[guest.type].test(name))
        .toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
        .map(([name, text]) =>
          rowOf(snapshot, 'disk', `${guest.vmid}/${name}`, diskCells(guest, name, text)),
        ),
    ),
  ),
};

function diskCells(guest: KnownGuest, disk: string, text: string): Row['cells'] {
  const schema = optionSchema(guest.type, disk);
  const format = schema && propertyFormat(schema);
  const values = format === undefined ? {} : decodePropertyString(format, text).values;
  const { file, volume: mounted, size, media, mp, ...others } = values;
  const volume = file ?? mounted ?? text.split(',')[0] ?? '';
  const parsed = parseVolumeId(volume);
  return {
    ...guestCells(guest),
    disk,
    storage: parsed !== undefined && 'storage' in parsed ? (parsed.storage ?? null) : null,
    volume: textOrNull(volume),
    size: size === undefined ? null : (parseSize(size) ?? size),
    type: media === 'cdrom' || volume === 'none' ? 'cdrom' : disk.startsWith('unused') ? 'unused' : 'disk',
    mountpoint: textOrNull(disk === 'rootfs' ? '/' : mp),
    options: Object.entries(others).map(([key, value]) => `${key}=${value}`),
  };
}

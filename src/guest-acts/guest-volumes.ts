import type { SectionName } from '../pve/guest-config.ts';
import { effectiveOptions, sectionOptions, snapshotNames } from '../pve/guest-config.ts';
import { parseVolumeId } from '../pve/volume-id.ts';
import { isShared } from '../modules/guest/storage-lock.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Storage } from '../snapshot/storages.ts';
import { storages } from '../snapshot/storages.ts';
import type { ActedGuest } from './acted-guest.ts';

/** A volume, image or path that a guest's config names. */
export interface GuestVolume {
  /** "scsi0", "mp1", "unused0" */
  readonly option: string;
  /** "local-lvm:vm-100-disk-0", "/dev/sdb" */
  readonly volume: string;
  readonly storage?: Storage;
  /** Each node sees it. */
  readonly shared: boolean;
  readonly isMedium: boolean;
  readonly isCloudInit: boolean;
  /** Only a snapshot names it, or a snapshot too. */
  readonly snapshots: readonly string[];
  readonly isAttached: boolean;
  /** "8G", as the config has it. */
  readonly size?: string;
}

const DISK = /^(?:ide|sata|scsi|virtio|efidisk|tpmstate|unused)\d+$|^(?:rootfs|mp\d+|vmstate)$/u;

/** All that a guest's config names, its snapshots too, each volume once. */
export function guestVolumes(guest: ActedGuest, snapshot: Snapshot): readonly GuestVolume[] {
  const all = storages(snapshot);
  const found = new Map<string, GuestVolume>();
  const add = (options: Readonly<Record<string, string>>, of: string | undefined): void => {
    for (const [option, text] of Object.entries(options)) {
      if (!DISK.test(option)) continue;
      const volume = readVolume(option, text, isUnknown(all) ? [] : all, of);
      if (volume === undefined) continue;
      const before = found.get(volume.volume);
      const snapshots = [...(before?.snapshots ?? []), ...volume.snapshots];
      found.set(volume.volume, { ...(before ?? volume), snapshots });
    }
  };
  add(effectiveOptions(guest.config), undefined);
  // What is to leave at the next stop is still there.
  add(sectionOptions(guest.config, 'current'), undefined);
  for (const name of snapshotNames(guest.config)) {
    const section: SectionName = `snapshot:${name}`;
    add(sectionOptions(guest.config, section), name);
  }
  return [...found.values()];
}

function readVolume(
  option: string,
  text: string,
  all: readonly Storage[],
  of: string | undefined,
): GuestVolume | undefined {
  const [first = '', ...rest] = text.split(',');
  const parts = new Map(rest.map((part) => part.split('=', 2) as [string, string | undefined]));
  const volume = first.replace(/^(?:file|volume)=/u, '');
  const parsed = parseVolumeId(volume);
  if (parsed === undefined || parsed.kind === 'none' || parsed.kind === 'allocate') return undefined;
  const storage = parsed.kind === 'volume' ? all.find(({ id }) => id === parsed.storage) : undefined;
  const size = parts.get('size');
  return {
    option,
    volume,
    ...(storage && { storage }),
    shared: storage === undefined ? parts.get('shared') === '1' : isShared(storage),
    isMedium: parts.get('media') === 'cdrom',
    isCloudInit: /(?:^|[:/])(?:vm-\d+-cloudinit|cloudinit)/u.test(volume),
    snapshots: of === undefined ? [] : [of],
    isAttached: of === undefined && !option.startsWith('unused'),
    ...(size !== undefined && { size }),
  };
}

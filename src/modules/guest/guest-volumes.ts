import type { GuestConfig, Options } from '../../pve/guest-config.ts';
import { effectiveOptions, sectionOptions, snapshotNames } from '../../pve/guest-config.ts';
import { parseVolumeId } from '../../pve/volume-id.ts';
import { findProperty } from '../property.ts';
import { isCloudInitVolume, placeOf } from './disk-place.ts';
import type { GuestKind } from './guest-kind.ts';

/** A disk, drive or mount point of a guest. */
export interface GuestVolume {
  /** "scsi0", "mp1", "unused0" */
  readonly option: string;
  /** "local-lvm:vm-100-disk-0", "/dev/sdb" */
  readonly volume: string;
  /** None: it lies on no storage of PVE's. */
  readonly storage: string | undefined;
  readonly size: string | undefined;
  readonly format: string;
  /** A CD drive, but not that of cloud-init, whose volume is the guest's own. */
  readonly isMedium: boolean;
  readonly isCloudInit: boolean;
}

/** Many clones are made of the options of one guest. */
const known = new WeakMap<Options, readonly GuestVolume[]>();

/** The volumes that options name, unused ones too; an empty drive names none. */
export function volumesIn(kind: GuestKind, options: Options): readonly GuestVolume[] {
  const before = known.get(options);
  if (before !== undefined) return before;
  const found = readVolumes(kind, options);
  known.set(options, found);
  return found;
}

function readVolumes(kind: GuestKind, options: Options): readonly GuestVolume[] {
  return Object.entries(options).flatMap(([option, text]): GuestVolume[] => {
    const isUnused = /^unused\d+$/u.test(option);
    if (!isUnused && findProperty(kind.properties, option)?.shape !== 'disk') return [];
    const place = placeOf(kind, isUnused ? `${kind.kind === 'vm' ? 'scsi' : 'mp'}0` : option, text);
    const parsed = parseVolumeId(place.volume);
    if (parsed?.kind !== 'volume' && parsed?.kind !== 'path') return [];
    const isCloudInit = isCloudInitVolume(place.volume);
    return [
      {
        option,
        volume: place.volume,
        storage: parsed.kind === 'volume' ? parsed.storage : undefined,
        size: place.size,
        format: place.format,
        isMedium: place.cdrom && !isCloudInit,
        isCloudInit,
      },
    ];
  });
}

/** All that a guest's config names, its snapshots too, each volume once. */
export function allVolumes(kind: GuestKind, config: GuestConfig): readonly GuestVolume[] {
  const sections = [
    effectiveOptions(config),
    ...snapshotNames(config).map((name) => sectionOptions(config, `snapshot:${name}`)),
  ];
  const found = new Map<string, GuestVolume>();
  for (const volume of sections.flatMap((options) => volumesIn(kind, options)))
    if (!found.has(volume.volume)) found.set(volume.volume, volume);
  return [...found.values()];
}

/** Whether a volume's name says that it is that guest's: `qm destroy` leaves others alone (PVE::Storage::Plugin parse_name_dir). */
export function isOwnVolume(volume: string, vmid: number): boolean {
  return new RegExp(`(?:^|[:/])(?:vm|base|subvol|basevol)-${vmid}-[^/]*$`, 'u').test(volume);
}

import type { GuestConfig, Section } from '../guest/config.ts';
import { isCdrom, isCloudinit, isDriveName, parseDrive } from './drive.ts';

/** How a VM's config names a volume, all places taken together. */
export interface Reference {
  isCdrom: boolean;
  isCloudinit: boolean;
  isAttached: boolean;
  isUnused: boolean;
  isPending: boolean;
  isState: boolean;
  isTpm: boolean;
  isReplicated: boolean;
  isShared: boolean;
  /** As the config tells it first, in bytes. */
  size: number | undefined;
  readonly snapshots: Set<string>;
  /** The drive that names it last. */
  slot: string | undefined;
}

/** Every volume that a VM's config names, and where (PVE::QemuServer foreach_volid). */
export function volumeReferences(config: GuestConfig): ReadonlyMap<string, Reference> {
  const found = new Map<string, Reference>();
  const collect = (section: Section, snapshot: string | undefined, isPending: boolean): void => {
    for (const [name, text] of section) {
      const isUnused = /^unused\d+$/.test(name);
      const drive = isDriveName(name)
        ? parseDrive(name, text)
        : isUnused || name === 'vmstate'
          ? { file: text }
          : undefined;
      const volume = drive?.['file'];
      if (drive === undefined || volume === undefined) continue;
      const reference = found.get(volume) ?? unnamed();
      reference.isCdrom &&= isCdrom(drive);
      reference.isCloudinit ||= isCloudinit(drive);
      reference.isReplicated ||= drive['replicate'] !== '0';
      reference.isShared ||= drive['shared'] === '1';
      reference.isUnused ||= isUnused;
      reference.isAttached ||= !isUnused && snapshot === undefined && !isPending;
      reference.isPending ||= isPending;
      reference.isState ||= name === 'vmstate';
      reference.isTpm ||= name === 'tpmstate0';
      if (drive['size'] !== undefined) reference.size ??= Number(drive['size']);
      if (snapshot !== undefined) reference.snapshots.add(snapshot);
      if (isDriveName(name)) reference.slot = name;
      found.set(volume, reference);
    }
  };
  collect(config.main, undefined, false);
  collect(config.pending, undefined, true);
  for (const [name, section] of config.snapshots) collect(section, name, false);
  return found;
}

function unnamed(): Reference {
  return {
    isCdrom: true,
    isCloudinit: false,
    isAttached: false,
    isUnused: false,
    isPending: false,
    isState: false,
    isTpm: false,
    isReplicated: false,
    isShared: false,
    size: undefined,
    snapshots: new Set(),
    slot: undefined,
  };
}

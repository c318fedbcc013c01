import { die, failureText } from '../failure.ts';
import type { GuestConfig } from '../guest/config.ts';
import type { Migration } from '../guest/migration.ts';
import { refuseUnavailable, storageOf, usableStorage } from '../storage/config.ts';
import { requireVolumeId, splitVolumeId } from '../storage/volume-name.ts';
import { isBaseInUse } from '../storage/base-volumes.ts';
import { locate } from '../storage/volumes.ts';
import { isCloudinit } from './drive.ts';
import { volumeReferences, type Reference } from './volume-references.ts';

/** A volume of a VM that only this node has. */
export interface LocalVolume {
  readonly volume: string;
  readonly origin: 'attached' | 'unused' | 'snapshot' | 'pending' | 'generated';
  readonly slot: string | undefined;
  /** Its file goes over as it is, with the snapshots in it. */
  readonly withSnapshots: boolean;
  /** The running VM copies it by itself. */
  readonly isLive: boolean;
}

/** Volumes of a VM that lie on shared storages. */
export function sharedVolumes({ session }: Migration, config: GuestConfig): readonly string[] {
  return [...volumeReferences(config).keys()].filter((volume) => {
    const id = splitVolumeId(volume);
    return id !== undefined && storageOf(session.machine, id.storage).shared;
  });
}

/**
 * Finds the volumes that have to be copied, and says which; refuses what cannot be, with the reasons in the log (scan_local_volumes).
 * Throws Failure.
 */
export function scanLocalVolumes(
  migration: Migration,
  config: GuestConfig,
  isRunning: boolean,
  withLocalDisks: boolean,
): readonly LocalVolume[] {
  const { session, log } = migration;
  const locals: LocalVolume[] = [];
  const errors = new Map<string, string>();
  const others: string[] = [];
  for (const [volume, reference] of volumeReferences(config)) {
    try {
      if (volume === 'cdrom') others.push("can't migrate local cdrom drive");
      if (volume === 'none' || volume === 'cdrom') continue;
      const local = localVolume(migration, volume, reference, isRunning);
      if (local !== undefined) locals.push(local);
      refuseUnmovable(migration, volume, reference, isRunning);
    } catch (thrown) {
      errors.set(volume, failureText(thrown));
    }
  }
  locals.sort((a, b) => (a.volume < b.volume ? -1 : 1));
  for (const { volume, origin } of locals) {
    if (origin === 'attached' && isRunning && !withLocalDisks)
      errors.set(volume, "can't live migrate attached local disks without with-local-disks option\n");
    log(FOUND[origin].replace('%s', volume));
  }
  for (const [volume, error] of [...errors].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    log(`can't migrate local disk '${volume}': ${error}`);
  for (const error of others) log(error);
  if (errors.size + others.length > 0)
    die("Problem found while scanning volumes - can't migrate VM - check log");
  for (const { volume } of locals) refuseLinked(session.machine, volume);
  return locals;
}

const FOUND: Readonly<Record<LocalVolume['origin'], string>> = {
  attached: "found local disk '%s' (attached)",
  unused: "found local disk '%s' (unused)",
  snapshot: "found local disk '%s' (referenced by snapshot(s))",
  pending: "found local disk '%s' (pending change)",
  generated: "found generated disk '%s' (in current VM config)",
};

function localVolume(
  { session, target, storageFor }: Migration,
  volume: string,
  reference: Reference,
  isRunning: boolean,
): LocalVolume | undefined {
  if (volume.startsWith('/')) die('local file/device');
  const id = requireVolumeId(volume);
  const storage = usableStorage(session.machine, id.storage);
  const there = storageOf(session.machine, storage.shared ? storage.id : storageFor(storage.id));
  refuseUnavailable(there, target.name);
  const { name } = locate(session.machine, volume);
  if (!there.content.has(name.type))
    die(`${volume}: content type '${name.type}' is not available on storage '${there.id}'`);
  if (storage.shared) return undefined;
  const origin = originOf(reference);
  return {
    volume,
    origin: reference.isCdrom && isCloudinit({ file: volume }) ? 'generated' : origin,
    slot: reference.slot,
    withSnapshots: name.format !== 'raw' || reference.snapshots.size > 0,
    isLive: isRunning && origin === 'attached' && !reference.isCdrom,
  };
}

function originOf({ isAttached, isUnused, isTpm, snapshots }: Reference): LocalVolume['origin'] {
  if (isTpm) return 'generated';
  if (isAttached) return 'attached';
  if (isUnused) return 'unused';
  return snapshots.size > 0 ? 'snapshot' : 'pending';
}

function refuseUnmovable(
  { session, vmid }: Migration,
  volume: string,
  { isCdrom: isDisc, isState, snapshots }: Reference,
  isRunning: boolean,
): void {
  const { storage, name } = locate(session.machine, volume);
  if (storage.shared) return;
  if (isDisc) {
    if (isCloudinit({ file: volume })) return;
    die('local cdrom image');
  }
  if (name.owner !== vmid) die(`owned by other VM (owner = VM ${name.owner ?? ''})`);
  if (isState) return;
  if (snapshots.size > 0) {
    if (isRunning) die('online storage migration not possible if non-replicated snapshot exists');
    if (name.format !== 'qcow2' && storage.type !== 'zfspool' && storage.type !== 'btrfs')
      die('non-migratable snapshot exists');
  }
  if (isBaseInUse(session.machine, volume)) die('referenced by linked clone(s)');
}

function refuseLinked(machine: Migration['session']['machine'], volume: string): void {
  const { base } = locate(machine, volume).name;
  if (base !== undefined)
    die(`Problem found while scanning volumes - can't migrate '${volume}' as it's a clone of '${base}'`);
}

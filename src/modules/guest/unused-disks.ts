import type { GuestConfig, Options } from '../../pve/guest-config.ts';
import { options, pendingOptions, sectionOptions, snapshotNames } from '../../pve/guest-config.ts';
import { removeOption, setOption } from '../../pve/guest-config-edit.ts';
import { findProperty } from '../property.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import { storages } from '../../snapshot/storages.ts';
import { placeOf, storageOfVolume } from './disk-place.ts';
import type { GuestKind } from './guest-kind.ts';

/** A volume that PVE keeps in the config beside the slots: a disk that was detached, or the old copy of one that was moved. */
export const isUnused = (option: string): boolean => /^unused\d+$/u.test(option);

/** Whether PVE takes a volume for the guest's own, by its name (PVE::Storage::Plugin, parse_volname). */
export const ownsVolume = (vmid: number, volume: string): boolean =>
  new RegExp(`[:/](?:vm|base|subvol|basevol)-${vmid}-[^/]*$`, 'u').test(volume);

/** The slots, unused ones too, that hold a volume. */
export function holdersOf(kind: GuestKind, all: Options, volume: string): readonly string[] {
  return Object.keys(all).filter(
    (option) => isDisk(kind, option) && placeOf(kind, option, all[option] ?? '').volume === volume,
  );
}

/** The snapshots that hold a volume. */
export function snapshotsOf(kind: GuestKind, config: GuestConfig, volume: string): readonly string[] {
  return snapshotNames(config).filter(
    (name) => holdersOf(kind, sectionOptions(config, `snapshot:${name}`), volume).length > 0,
  );
}

/**
 * The config with its unused volumes as PVE writes them: what is in a slot is not unused, and a volume that is kept and in no
 * slot is, under the first free number (QemuServer.pm write_vm_config, AbstractConfig.pm add_unused_volume).
 */
export function settleUnused(kind: GuestKind, config: GuestConfig, keeps: readonly string[]): GuestConfig {
  const inSlots = (all: Options): readonly string[] =>
    Object.keys(all)
      .filter((option) => isDisk(kind, option) && !isUnused(option))
      .map((option) => placeOf(kind, option, all[option] ?? '').volume);
  const used = new Set([...inSlots(options(config)), ...inSlots(pendingOptions(config).set)]);
  let settled = config;
  for (const [option, volume] of Object.entries(options(config)))
    if (isUnused(option) && used.has(volume)) settled = removeOption(settled, 'current', option);
  for (const volume of keeps) {
    const now = options(settled);
    if (used.has(volume) || holdersOf(kind, now, volume).length > 0) continue;
    settled = setOption(settled, 'current', freeName(now), volume);
  }
  return settled;
}

/**
 * Whether a volume that leaves its slot stays as an unused disk: of a VM only its own, on a storage that there is
 * (QemuServer.pm vmconfig_register_unused_drive; LXC/Config.pm keeps any).
 */
export function isKept(kind: GuestKind, vmid: number, snapshot: Snapshot, volume: string): boolean {
  const storage = storageOfVolume(volume);
  if (storage === undefined) return false;
  if (kind.kind === 'container') return true;
  const all = storages(snapshot);
  return ownsVolume(vmid, volume) && (isUnknown(all) || all.some(({ id }) => id === storage));
}

/** The volumes in these slots that stay with the guest when they leave them. */
export function keptVolumes(
  kind: GuestKind,
  vmid: number,
  snapshot: Snapshot,
  all: Options,
  slots: readonly string[],
): readonly string[] {
  return slots.flatMap((option) => {
    const text = all[option];
    if (text === undefined || isUnused(option) || !isDisk(kind, option)) return [];
    const { volume, cdrom } = placeOf(kind, option, text);
    return !cdrom && isKept(kind, vmid, snapshot, volume) ? [volume] : [];
  });
}

function freeName(all: Options): string {
  let number = 0;
  while (all[`unused${number}`] !== undefined) number += 1;
  return `unused${number}`;
}

const isDisk = (kind: GuestKind, option: string): boolean =>
  findProperty(kind.properties, option)?.shape === 'disk';

import { formatAddress } from '../../address.ts';
import type { Address } from '../../address.ts';
import type { Diagnostic } from '../../diagnostic.ts';
import { sectionOptions, snapshotNames } from '../../pve/guest-config.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { noSnapshotOf, onlyNewest } from '../../snapshot/snapshot-feature.ts';
import { findProperty } from '../property.ts';
import type { GuestKind } from './guest-kind.ts';
import type { Guest } from './read-guest.ts';
import { propertyValue } from './read-guest.ts';
import { optionsOfSnapshot } from './snapshot-options.ts';

/** What PVE would refuse a snapshot for (PVE::AbstractConfig, __snapshot_prepare). */
export function takeRefusals(
  kind: GuestKind,
  snapshot: Snapshot,
  guest: Guest,
  at: Address,
): readonly Diagnostic[] {
  if (guest.active['template'] === '1') return [noSnapshot(at, 'it is a template')];
  if (guest.active['lock'] !== undefined) return [noSnapshot(at, `it is locked (${guest.active['lock']})`)];
  return Object.entries(guest.active).flatMap(([option, text]) => {
    const volume = volumeOf(kind, option, text);
    const why = volume === undefined ? undefined : noSnapshotOf(snapshot, volume);
    return why === undefined ? [] : [noSnapshot(at, `of ${option}, ${why}`)];
  });
}

/** A guest under HA would be started again in the middle of it. */
export function backRefusals(
  kind: GuestKind,
  snapshot: Snapshot,
  guest: Guest,
  { at, name }: { readonly at: Address; readonly name: string },
): readonly Diagnostic[] {
  const newer = newerSnapshots(guest, name);
  const bound = Object.entries(optionsOfSnapshot(guest.config, name)).filter(([option, text]) => {
    const volume = volumeOf(kind, option, text);
    return volume !== undefined && onlyNewest(snapshot, volume);
  });
  const lock = guest.active['lock'];
  const why = [
    ...(snapshot.quorate === false ? [`cluster ${snapshot.cluster} has no quorum`] : []),
    ...(isUnknown(guest.power) ? [`whether it runs is not known, as ${guest.power.unknown}`] : []),
    ...(lock === undefined ? [] : [`it is locked (${lock})`]),
    ...(guest.ha ? ['it is managed by HA, which alone starts and stops it'] : []),
    ...(newer.length === 0 || bound.length === 0
      ? []
      : [
          `the storage of ${bound.map(([option]) => option).join(', ')} goes back to the newest snapshot only, and newer ones are there: ${newer.join(', ')}`,
        ]),
  ];
  return why.map((what) => ({
    code: 'guest/no-way-back',
    severity: 'error',
    trouble: 'refused',
    message: `Cannot put ${formatAddress(at)} back to a snapshot: ${what}`,
  }));
}

function newerSnapshots({ config }: Guest, name: string): readonly string[] {
  const timeOf = (each: string): number =>
    Number(sectionOptions(config, `snapshot:${each}`)['snaptime'] ?? 0);
  return snapshotNames(config).filter((each) => each !== name && timeOf(each) >= timeOf(name));
}

/** The volume of a disk or mount point; CD drives and unused disks are in no snapshot. */
function volumeOf(kind: GuestKind, option: string, text: string): string | undefined {
  if (findProperty(kind.properties, option)?.shape !== 'disk' || /^unused\d+$/u.test(option))
    return undefined;
  const value = propertyValue(kind, option, text);
  if (typeof value === 'string') return value.split(',')[0];
  return value['media'] === 'cdrom' ? undefined : value[kind.volumeKey];
}

export function noSnapshot(at: Address, why: string): Diagnostic {
  return {
    code: 'guest/no-snapshot',
    severity: 'error',
    trouble: 'refused',
    message: `Cannot take a snapshot of ${formatAddress(at)}: ${why}; all its disks are wanted on storages with snapshots`,
    hint: 'Change it without one (--checkpoint none), or leave it out with --target.',
  };
}

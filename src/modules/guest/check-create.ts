import type { Diagnostic } from '../../diagnostic.ts';
import { guests } from '../../snapshot/guests.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { Wanted } from '../module.ts';
import { findProperty } from '../property.ts';
import { checkBootOrder } from './check-boot.ts';
import { checkDisk } from './check-disk.ts';
import { checkMac } from './check-mac.ts';
import { checkMapping } from './check-mapping.ts';
import { checkNetwork } from './check-network.ts';
import { refusal } from './check-place.ts';
import { checkVolume } from './check-volume.ts';
import { diskChange } from './disk-change.ts';
import type { GuestKind } from './guest-kind.ts';
import { emptyGuest } from './read-guest.ts';

/** A VMID is only for one guest. */
export function refuseTaken(
  kind: GuestKind,
  wanted: Wanted,
  snapshot: Snapshot,
  vmid: number,
): readonly Diagnostic[] {
  const all = guests(snapshot);
  const other = isUnknown(all) ? undefined : all.find((guest) => guest.vmid === vmid);
  if (other === undefined) return [];
  return [
    refusal(
      wanted,
      ['vmid'],
      'guest/vmid-taken',
      `VMID ${vmid} is a ${other.type === 'vm' ? 'VM' : 'container'} on ${other.node}; a ${kind.label} can't have it`,
      `Give it a number that is free, or declare it as a ${other.type}.`,
    ),
  ];
}

/** What stands against making a guest on a node that is there. */
export function checkCreate(
  kind: GuestKind,
  wanted: Wanted,
  snapshot: Snapshot,
  node: string,
): readonly Diagnostic[] {
  const named = Object.entries(wanted.options).map(([option, wish]) => ({ option, wanted: wish }));
  return [
    ...refuseMissing(kind, wanted),
    ...checkBootOrder(kind, wanted, {}, named),
    ...checkEach(kind, wanted, snapshot, node),
  ];
}

function refuseMissing(kind: GuestKind, wanted: Wanted): readonly Diagnostic[] {
  return kind.required
    .filter((option) => wanted.options[option] === undefined)
    .map((option) =>
      refusal(
        wanted,
        [],
        'guest/incomplete',
        `it is not there yet, and a new ${kind.label} needs ${option}`,
        `Add "${option}:" to it.`,
      ),
    );
}

function checkEach(kind: GuestKind, wanted: Wanted, snapshot: Snapshot, node: string): readonly Diagnostic[] {
  return Object.entries(wanted.options).flatMap(([option, wish]) => {
    const row = findProperty(kind.properties, option);
    if (row === undefined || wish === null) return [];
    if (row.transient === true && row.shape === 'scalar' && typeof wish === 'string')
      return checkVolume(wanted, snapshot, node, { option, volume: wish, content: 'vztmpl' });
    if (row.shape !== 'disk')
      return [
        ...checkNetwork(wanted, snapshot, node, option, wish),
        ...checkMapping(wanted, snapshot, node, option, wish),
        ...checkMac(kind, wanted, snapshot, option, wish),
      ];
    const disk = diskChange(kind, row, option, wish, emptyGuest(kind, node));
    return [...checkDisk(kind, wanted, snapshot, node, option, disk)];
  });
}

import { options } from '../pve/guest-config.ts';
import type { GuestEntry } from '../snapshot/guests.ts';
import { guests } from '../snapshot/guests.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Place } from './test-step.ts';
import { MARK } from './test-step.ts';

/** A guest of the test's VMIDs that is there when it should not be. */
export interface Leftover {
  readonly vmid: number;
  readonly node: string;
  /** Shell text that removes it; none: it is not the test's own. */
  readonly remove?: string;
}

/**
 * What is there of the test's VMIDs. `begun`: those whose making was begun by this run: a guest that was broken off may
 * have no name yet, and then the lock that it is made under (PVE::QemuServer, PVE::LXC::Create).
 */
export function leftovers(survey: Survey, place: Place, begun: ReadonlySet<number>): readonly Leftover[] {
  const snapshot = survey.clusters.find(({ cluster }) => cluster === place.cluster);
  const all = snapshot === undefined ? [] : guests(snapshot);
  if (isUnknown(all)) return [];
  const own = new Set(Object.values(place.vmids));
  return all
    .filter(({ vmid }) => own.has(vmid))
    .toSorted((a, b) => b.vmid - a.vmid)
    .map((guest) => {
      const isOwn =
        guest.node === place.node && (isMarked(guest) || (begun.has(guest.vmid) && isUnfinished(guest)));
      return { vmid: guest.vmid, node: guest.node, ...(isOwn && { remove: removeCommand(guest) }) };
    });
}

/** How a guest that has one of the VMIDs is called in a message; and what removes it, if a self-test has made it. */
export function titleOfUser(guest: GuestEntry): { readonly title: string; readonly remove?: string } {
  const what = guest.type === 'vm' ? 'a VM' : 'a container';
  const name = nameOf(guest);
  return {
    title: name === undefined ? what : `${guest.type} ${name}`,
    ...(isMarked(guest) && { remove: removeCommand(guest) }),
  };
}

/** Stops and destroys a guest, locked or not, with what the cluster's files say of it. */
export function removeCommand({ type, vmid }: Pick<GuestEntry, 'type' | 'vmid'>): string {
  return type === 'vm'
    ? `qm stop ${vmid} --skiplock 1; qm destroy ${vmid} --skiplock 1 --purge 1`
    : `pct stop ${vmid} --skiplock 1; pct unlock ${vmid}; pct destroy ${vmid} --purge 1`;
}

function nameOf({ config, type }: Pick<GuestEntry, 'config' | 'type'>): string | undefined {
  return isUnknown(config) ? undefined : options(config)[type === 'vm' ? 'name' : 'hostname'];
}

function isMarked(guest: GuestEntry): boolean {
  return nameOf(guest)?.startsWith(MARK) === true;
}

function isUnfinished(guest: GuestEntry): boolean {
  if (isUnknown(guest.config) || nameOf(guest) !== undefined) return false;
  return ['create', 'clone', 'disk'].includes(options(guest.config)['lock'] ?? '');
}

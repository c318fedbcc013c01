import type { Diagnostic } from '../../diagnostic.ts';
import { notSo } from '../guest/not-so.ts';
import type { Effect } from '../../plan/plan.ts';
import { setDescription } from '../../pve/guest-config-edit.ts';
import { rewriteGuestConfig } from '../../pve/guest-config-rewrite.ts';
import { withoutSnapshot, withSnapshot } from '../../pve/guest-config-snapshots.ts';
import type { GuestConfig } from '../../pve/guest-config.ts';
import { withGuest } from '../../snapshot/change.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import { snapshotNameOf } from './snapshot-address.ts';
import { findSnapshot, snapshotGuest } from './snapshot-guest.ts';

/** The guest's config as it would be after a step. */
export function predictSnapshot(snapshot: Snapshot, effect: Effect): Snapshot {
  const { vmid, name } = snapshotNameOf(effect.address);
  const guest = snapshotGuest(snapshot, vmid);
  if (guest === undefined || isUnknown(guest)) return snapshot;
  const config = configAfter(guest.config, name, effect);
  return withGuest(snapshot, {
    vmid,
    type: guest.kind.kind,
    node: guest.node,
    text: rewriteGuestConfig(config),
  });
}

function configAfter(config: GuestConfig, name: string, effect: Effect): GuestConfig {
  if (effect.brings === 'absence') return withoutSnapshot(config, name);
  if (effect.brings !== 'options') return config;
  const { description } = effect.set;
  const text = typeof description === 'string' ? description : '';
  return effect.created ? withSnapshot(config, name, text) : setDescription(config, `snapshot:${name}`, text);
}

/** What of it is missing: the snapshot is whole and has its description, or it is gone. */
export function verifySnapshot(snapshot: Snapshot, effect: Effect): readonly Diagnostic[] {
  const { vmid, name } = snapshotNameOf(effect.address);
  const guest = snapshotGuest(snapshot, vmid);
  if (guest === undefined) return [notSo(effect, 'the config of its guest is not there')];
  if (isUnknown(guest)) return [notSo(effect, `it could not be read again, as ${guest.unknown}`)];
  const found = findSnapshot(guest, name);
  if (effect.brings === 'absence')
    return found === undefined ? [] : [notSo(effect, 'it is still in the config')];
  if (found === undefined) return [notSo(effect, 'it is not in the config')];
  if (found.unfinished !== undefined) return [notSo(effect, `it is unfinished (${found.unfinished})`)];
  if (effect.brings !== 'options') return [];
  const { description } = effect.set;
  const isAsWanted =
    description === undefined
      ? !effect.remove.includes('description') || found.description === undefined
      : found.description === description;
  return isAsWanted ? [] : [notSo(effect, `its description is "${found.description ?? ''}"`)];
}

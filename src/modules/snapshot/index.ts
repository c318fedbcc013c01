import { address } from '../../address.ts';
import { guestSnapshots } from '../../pve/guest-config-snapshots.ts';
import { findGuest, guestConfigPath, guests } from '../../snapshot/guests.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { ResourceModule } from '../module.ts';
import { describeSnapshot, removeSnapshot, takeSnapshot } from './draft-snapshot.ts';
import { parseSnapshot, snapshotWords } from './parse-snapshot.ts';
import { snapshotAddress, snapshotNameOf } from './snapshot-address.ts';
import { predictSnapshot, verifySnapshot } from './snapshot-effect.ts';
import { findSnapshot, snapshotGuest } from './snapshot-guest.ts';

/** Snapshots of guests, as things that are there or not. To roll back to one is an act (src/guest-acts). */
export const snapshot: ResourceModule = {
  kind: 'snapshot',
  scope: 'cluster',
  summary: 'A snapshot of a VM or container.',
  example: 'snapshot: { vmid: 100, name: before-update, description: as delivered }',
  properties: [{ name: 'description', shape: 'text', effect: 'now', help: 'What it is for.' }],
  words: snapshotWords,
  belongs: true,
  naming: (at) => ({ ...snapshotNameOf(at) }),
  parse: parseSnapshot,
  claims: () => [],
  refs({ address: { name, cluster } }) {
    const { vmid } = snapshotNameOf(address('snapshot', name, cluster));
    return [address('vm', vmid, cluster), address('container', vmid, cluster)];
  },
  // One of a guest that the same document makes.
  madeOf: (wanted, state) =>
    wanted.state === 'absent' || findGuest(state, snapshotNameOf(wanted.address).vmid) !== undefined
      ? []
      : snapshot.refs(wanted, state),
  read(state, at) {
    const { vmid, name } = snapshotNameOf(at);
    const guest = snapshotGuest(state, vmid);
    if (guest === undefined || isUnknown(guest)) return guest;
    const found = findSnapshot(guest, name);
    if (found === undefined) return undefined;
    const { description } = found;
    return { node: guest.node, options: description === undefined ? {} : { description } };
  },
  list(state) {
    const all = guests(state);
    if (isUnknown(all)) return all;
    return all.flatMap(({ vmid, config }) =>
      isUnknown(config)
        ? []
        : guestSnapshots(config).map(({ name }) => snapshotAddress({ vmid, name }, state.cluster)),
    );
  },
  toArgs(state, at) {
    const found = snapshot.read(state, at);
    if (found === undefined || isUnknown(found)) return found;
    return { ...snapshotNameOf(at), ...found.options };
  },
  pending: () => [],
  create: takeSnapshot,
  update: describeSnapshot,
  remove: removeSnapshot,
  touches: ({ address: at, node }) => {
    const { vmid } = snapshotNameOf(at);
    return [guestConfigPath(vmid, 'vm', node), guestConfigPath(vmid, 'container', node)];
  },
  predict: predictSnapshot,
  verify: verifySnapshot,
  takeBack: () => undefined,
};

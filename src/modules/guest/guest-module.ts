import { address } from '../../address.ts';
import { guestConfigPath, guests } from '../../snapshot/guests.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { ResourceModule, Wanted } from '../module.ts';
import { fail } from '../../diagnostic.ts';
import { macClaims } from './check-mac.ts';
import { refusal } from './check-place.ts';
import { createGuest } from './create-guest.ts';
import { guestCheckpoints } from './guest-checkpoints.ts';
import type { GuestKind } from './guest-kind.ts';
import { identifyGuests } from './identify-guests.ts';
import { parseGuest } from './parse-guest.ts';
import { withSides } from './plan-sides.ts';
import { pendingDifferences } from './pending-differences.ts';
import { predictGuest } from './predict-guest.ts';
import { guestArgs, guestState, readGuest } from './read-guest.ts';
import { removeGuest } from './remove-guest.ts';
import {
  effectOnOptions,
  sideArgs,
  optionsOnly,
  predictSides,
  sideFiles,
  sideSettings,
  verifySides,
} from './side-settings.ts';
import { takeBack } from './take-back.ts';
import { updateGuest } from './update-guest.ts';
import { verifyGuest } from './verify-guest.ts';

/** A resource module for one kind of guest. */
export function guestModule(kind: GuestKind): ResourceModule {
  const vmidOf = (wanted: Wanted): number => Number(wanted.address.name);
  const gone = (wanted: Wanted) => fail(refusal(wanted, [], 'guest/gone', 'it is not there'));
  return {
    kind: kind.kind,
    scope: 'cluster',
    summary: kind.summary,
    properties: kind.properties,
    words: [...kind.words, ...sideSettings.map(({ name, help }) => ({ name, help }))],
    naming: ({ name }) => ({ vmid: Number(name) }),
    parse: (spec, cluster) => parseGuest(kind, spec, cluster),
    claims: (wanted) => macClaims(kind, wanted),
    identify: identifyGuests,
    refs: (wanted, snapshot) => guestRefs(kind, wanted, snapshot),
    read(snapshot, at) {
      const state = guestState(kind, snapshot, Number(at.name));
      const guest = readGuest(kind, snapshot, Number(at.name));
      if (state === undefined || isUnknown(state) || guest === undefined || isUnknown(guest)) return state;
      return {
        node: state.node,
        get options() {
          return { ...state.options, ...sideArgs(guest, snapshot) };
        },
      };
    },
    list(snapshot) {
      const all = guests(snapshot);
      if (isUnknown(all)) return all;
      return all
        .filter(({ type }) => type === kind.kind)
        .map(({ vmid }) => address(kind.kind, vmid, snapshot.cluster));
    },
    toArgs(snapshot, at) {
      const args = guestArgs(kind, snapshot, Number(at.name));
      const guest = readGuest(kind, snapshot, Number(at.name));
      return args === undefined || isUnknown(args) || guest === undefined || isUnknown(guest)
        ? args
        : { ...args, ...sideArgs(guest, snapshot) };
    },
    pending(snapshot, at) {
      const guest = readGuest(kind, snapshot, Number(at.name));
      return guest === undefined ? [] : isUnknown(guest) ? guest : pendingDifferences(kind, guest);
    },
    create: (wanted, snapshot) =>
      withSides(kind, wanted, snapshot, undefined, createGuest(kind, optionsOnly(wanted), snapshot)),
    update(wanted, snapshot, options) {
      const guest = readGuest(kind, snapshot, vmidOf(wanted));
      return guest === undefined || isUnknown(guest)
        ? gone(wanted)
        : withSides(
            kind,
            wanted,
            snapshot,
            guest,
            updateGuest(kind, optionsOnly(wanted), guest, snapshot, options),
          );
    },
    remove(wanted, snapshot, options) {
      const guest = readGuest(kind, snapshot, vmidOf(wanted));
      return guest === undefined || isUnknown(guest)
        ? gone(wanted)
        : removeGuest(kind, wanted, guest, snapshot, options);
    },
    touches(effect) {
      const at = (node: string) => guestConfigPath(Number(effect.address.name), kind.kind, node);
      return [at(effect.node), ...(effect.brings === 'place' ? [at(effect.to)] : []), ...sideFiles(effect)];
    },
    predict: (snapshot, effect) =>
      predictSides(predictGuest(kind, snapshot, effectOnOptions(effect)), effect),
    verify: (snapshot, effect) => [
      ...verifyGuest(kind, snapshot, effectOnOptions(effect)),
      ...verifySides(kind, snapshot, effect),
    ],
    takeBack: (before, after, effect) => takeBack(kind, before, after, effectOnOptions(effect)),
    checkpoints: guestCheckpoints(kind),
  };
}

/** Storages and bridges that the spec names. */
function guestRefs(kind: GuestKind, wanted: Wanted, snapshot: Snapshot) {
  const guest = readGuest(kind, snapshot, Number(wanted.address.name));
  const node = guest === undefined || isUnknown(guest) ? wanted.node : guest.node;
  return Object.values(wanted.options).flatMap((value) => {
    if (typeof value !== 'object' || value === null) return [];
    const storage =
      typeof value['storage'] === 'string' ? [address('storage', value['storage'], snapshot.cluster)] : [];
    const bridge =
      typeof value['bridge'] === 'string' ? [address('bridge', value['bridge'], snapshot.cluster, node)] : [];
    return [...storage, ...bridge];
  });
}

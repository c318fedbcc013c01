import { address } from '../../address.ts';
import { guestConfigPath, guests } from '../../snapshot/guests.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { ResourceModule, Wanted } from '../module.ts';
import { fail } from '../../diagnostic.ts';
import { macClaims } from './check-mac.ts';
import { refusal } from './check-place.ts';
import { birthOf } from './birth.ts';
import { cloneGuest } from './clone-guest.ts';
import type { Born } from './clone-guest.ts';
import { createGuest } from './create-guest.ts';
import { guestCheckpoints } from './guest-checkpoints.ts';
import type { GuestKind } from './guest-kind.ts';
import { guestRefs, sourceOf } from './guest-refs.ts';
import { identifyBirths } from './identify-births.ts';
import { parseGuest } from './parse-guest.ts';
import { withSides } from './plan-sides.ts';
import { pendingDifferences } from './pending-differences.ts';
import { predictGuest } from './predict-guest.ts';
import { guestArgs, guestState, readGuest } from './read-guest.ts';
import { removeGuest } from './remove-guest.ts';
import { restoreGuest } from './restore-guest.ts';
import {
  effectOnOptions,
  hasSides,
  sideArgs,
  optionsOnly,
  predictSides,
  sideFiles,
  sideSettings,
  verifySides,
} from './side-settings.ts';
import { withMendedDescription } from './stray-disks.ts';
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
    example: kind.example,
    properties: kind.properties,
    words: [...kind.words, ...sideSettings.map(({ name, help }) => ({ name, help }))],
    naming: ({ name }) => ({ vmid: Number(name) }),
    parse: (spec, cluster) => parseGuest(kind, spec, cluster),
    claims: (wanted) => macClaims(kind, wanted),
    identify: identifyBirths,
    madeOf: (wanted, snapshot) => [sourceOf(wanted, snapshot)].flatMap((source) => source ?? []),
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
    create(wanted, snapshot) {
      const { draft, after } = bornAs(kind, optionsOnly(wanted), snapshot);
      return hasSides(wanted) ? withSides(kind, wanted, after(), undefined, draft) : draft;
    },
    update(wanted, snapshot, options) {
      const guest = readGuest(kind, snapshot, vmidOf(wanted));
      return guest === undefined || isUnknown(guest)
        ? gone(wanted)
        : withSides(
            kind,
            wanted,
            snapshot,
            guest,
            updateGuest(kind, optionsOnly(withMendedDescription(wanted, guest)), guest, snapshot, options),
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
      // A clone gets its source's firewall file, a restored guest that of the archive.
      const bearsRules =
        effect.brings === 'restore' || (effect.brings === 'options' && effect.copyOf !== undefined);
      return [
        at(effect.node),
        ...(effect.brings === 'place' ? [at(effect.to)] : []),
        ...(bearsRules ? [`/etc/pve/firewall/${effect.address.name}.fw`] : []),
        ...sideFiles(effect),
      ];
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

function bornAs(kind: GuestKind, wanted: Wanted, snapshot: Snapshot): Born {
  const birth = birthOf(wanted);
  switch (birth?.by) {
    case 'clone':
      return cloneGuest(kind, wanted, birth, snapshot);
    case 'archive':
      return restoreGuest(kind, wanted, birth, snapshot);
    case undefined:
      return { draft: createGuest(kind, wanted, snapshot), after: () => snapshot };
  }
}

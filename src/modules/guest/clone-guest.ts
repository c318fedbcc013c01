import type { Diagnostic, Result } from '../../diagnostic.ts';
import { fail, ok, positionAt } from '../../diagnostic.ts';
import type { Difference } from '../../plan/plan.ts';
import { withoutGuests } from '../../snapshot/change.ts';
import { findGuest, guestConfigPath } from '../../snapshot/guests.ts';
import { pveMajor } from '../../snapshot/pve-major.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { Draft, Wanted } from '../module.ts';
import { findProperty } from '../property.ts';
import type { Birth } from './birth.ts';
import { callRefusals } from './call-refusals.ts';
import type { AskedClone } from './check-clone.ts';
import { checkClone, isLinked, sourceTitle } from './check-clone.ts';
import { refuseTaken } from './check-create.ts';
import { checkMac } from './check-mac.ts';
import { checkNode, refusal } from './check-place.ts';
import { refuseForeign } from './check-volume.ts';
import { cloneCall, cloneEffect, cloneStep } from './clone-step.ts';
import type { Clone } from './clone-step.ts';
import type { GuestKind } from './guest-kind.ts';
import { volumesIn } from './guest-volumes.ts';
import { titleOf } from './power-step.ts';
import { clonedConfig, withClone } from './predict-clone.ts';
import type { Guest } from './read-guest.ts';
import { guestWith, readGuest } from './read-guest.ts';
import { updateGuest } from './update-guest.ts';

/** What making a guest comes to, and the cluster as it is once the guest is there as it was born: made only when it is asked for. */
export interface Born {
  readonly draft: Result<Draft>;
  readonly after: () => Snapshot;
}

/**
 * Makes a guest as a clone of another one, and brings it to its spec: what differs from the clone as PVE makes it is set
 * by the same steps that would change a guest that is there.
 */
export function cloneGuest(kind: GuestKind, wanted: Wanted, birth: Birth, snapshot: Snapshot): Born {
  const found = readSource(kind, wanted, birth, snapshot);
  if (!found.ok) return { draft: found, after: () => snapshot };
  const source = found.value;
  const clone = cloneOf(kind, wanted, birth, source, snapshot);
  const asked: AskedClone = { kind, wanted, source, node: clone.made.node, how: clone.how };
  const refused: Diagnostic[] = [
    ...refuseTaken(kind, wanted, snapshot, clone.made.vmid),
    ...checkNodes(wanted, clone, snapshot),
    ...refuseFirstOnly(kind, wanted),
    ...checkOthers(kind, wanted, snapshot),
  ];
  if (refused.length === 0)
    refused.push(
      ...checkClone(asked, snapshot),
      ...callRefusals(kind, wanted, cloneCall(clone), pveMajor(snapshot, clone.source.node)),
    );
  if (refused.length > 0) return { draft: fail(...refused), after: () => snapshot };
  const effect = cloneEffect(clone);
  // A small cluster, and the same one for all clones: what is read of its files is read once.
  const alone = withoutGuests(snapshot);
  const after = (): Snapshot => withClone(kind, alone, source, effect);
  const born = guestWith(kind, alone, {
    vmid: clone.made.vmid,
    node: clone.made.node,
    config: clonedConfig(kind, alone, source, effect),
    power: 'stopped',
  });
  const options = { allowDestroy: false, rotateSecrets: true };
  const rest = updateGuest(kind, wanted, born, alone, options);
  if (!rest.ok) return { draft: rest, after };
  const digest = snapshot.digests[source.path];
  const linked = `its disks are linked to those of ${sourceTitle(kind, source)}, which must stay`;
  const draft: Draft = {
    ...rest.value,
    title: titleOf(kind, clone.made.vmid, clone.name ?? born.active[kind.nameOption]),
    node: clone.made.node,
    differences: [...differences(asked), ...rest.value.differences],
    risks: [...(isLinked(asked) ? [linked] : []), ...rest.value.risks],
    digests: digest === undefined ? {} : { [source.path]: digest },
    steps: [cloneStep(clone, snapshot), ...rest.value.steps],
  };
  return { draft: ok(draft, rest.warnings), after };
}

function cloneOf(
  kind: GuestKind,
  wanted: Wanted,
  { how }: Birth,
  source: Guest,
  { cluster }: Snapshot,
): Clone {
  const vmid = Number(wanted.address.name);
  const node = wanted.node ?? wanted.defaultNode ?? source.node;
  const name = wanted.options[kind.nameOption];
  const disks = volumesIn(kind, source.active).filter(({ isMedium }) => !isMedium);
  return {
    source: { kind, vmid: source.vmid, node: source.node, cluster, path: source.path },
    made: { kind, vmid, node, cluster, path: guestConfigPath(vmid, kind.kind, node) },
    name: typeof name === 'string' ? name : undefined,
    linked: isLinked({ source, how }),
    how,
    storages: disks.flatMap(({ storage }) => storage ?? []),
    sourceIs: source.power === 'stopped' ? 'stopped' : 'in use',
  };
}

/** The guest that it is made of: there, of the same kind, and readable. */
function readSource(kind: GuestKind, wanted: Wanted, { from }: Birth, snapshot: Snapshot): Result<Guest> {
  const refuse = (code: string, what: string, hint?: string): Result<never> =>
    fail(refusal(wanted, ['clone', 'from'], `guest/${code}`, what, hint));
  const found = findGuest(snapshot, Number(from));
  const source = readGuest(kind, snapshot, Number(from));
  if (isUnknown(source))
    return refuse('source-unknown', `${kind.kind}/${from} is not known, as ${source.unknown}`);
  if (found !== undefined && !isUnknown(found) && found.type !== kind.kind)
    return refuse(
      'source-kind',
      `${from} is a ${found.type}; a ${kind.label} is a clone of a ${kind.label} only`,
    );
  if (source === undefined)
    return refuse(
      'no-source',
      `there is no ${kind.label} ${from}, of which it is to be a clone`,
      '"pvefleet ls guests" shows those that there are.',
    );
  return ok(source);
}

function checkNodes(wanted: Wanted, { source, made }: Clone, snapshot: Snapshot): readonly Diagnostic[] {
  const here = checkNode(wanted, snapshot, made.node);
  return here.length > 0 || made.node === source.node ? here : checkNode(wanted, snapshot, source.node);
}

/** What of its options other guests have already. */
function checkOthers(kind: GuestKind, wanted: Wanted, snapshot: Snapshot): readonly Diagnostic[] {
  return Object.entries(wanted.options).flatMap(([option, wish]) => {
    const volume = typeof wish === 'object' ? wish?.[kind.volumeKey] : undefined;
    return [
      ...checkMac(kind, wanted, snapshot, option, wish),
      ...(typeof volume === 'string' ? refuseForeign(wanted, snapshot, option, volume) : []),
    ];
  });
}

/** What only the call that makes a guest from nothing takes. */
function refuseFirstOnly(kind: GuestKind, wanted: Wanted): readonly Diagnostic[] {
  const smbios = wanted.options['smbios1'];
  const found = Object.keys(wanted.options)
    .filter((option) => findProperty(kind.properties, option)?.transient === true)
    .map((option) =>
      refusal(
        wanted,
        [option],
        'guest/not-of-clone',
        `${option} is for a ${kind.label} that is made from nothing; a clone has what its source has`,
        'Leave it out.',
      ),
    );
  if (typeof smbios !== 'object' || smbios === null || typeof smbios['uuid'] === 'string') return found;
  return [
    ...found,
    refusal(
      wanted,
      ['smbios1'],
      'guest/not-of-clone',
      'PVE gives a clone a UUID of its own, which smbios1 without "uuid" would take away again',
      'Name a "uuid", or declare smbios1 once it is made.',
    ),
  ];
}

function differences(asked: AskedClone): readonly Difference[] {
  const { kind, wanted, source } = asked;
  const row = (property: string, after: string): Difference => {
    const at = positionAt(wanted.positions, [property]);
    return { property, after, effect: 'now', ...(at && { at }) };
  };
  const name = wanted.options[kind.nameOption];
  return [
    row('clone', `${sourceTitle(kind, source)}, ${isLinked(asked) ? 'linked' : 'full'}`),
    ...(typeof name === 'string' ? [row(kind.nameOption, name)] : []),
  ];
}

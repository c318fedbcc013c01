import type { Diagnostic, Result } from '../../diagnostic.ts';
import { fail, ok, positionAt } from '../../diagnostic.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import { refusal } from '../guest/check-place.ts';
import type { DraftStep } from '../guest/power-step.ts';
import type { Draft, PlanOptions, Wanted } from '../module.ts';
import { checkDisks, checkGuest } from './check-snapshot.ts';
import { snapshotNameOf } from './snapshot-address.ts';
import type { SnapshotGuest } from './snapshot-guest.ts';
import { findSnapshot, snapshotGuest } from './snapshot-guest.ts';
import { describeStep, removeStep, takeStep } from './snapshot-step.ts';

export function takeSnapshot(wanted: Wanted, snapshot: Snapshot): Result<Draft> {
  const { name } = snapshotNameOf(wanted.address);
  const found = guestOf(wanted, snapshot);
  if (!found.ok) return found;
  const guest = found.value;
  const vmstate = wanted.words['vmstate'] === '1';
  const { description } = wanted.options;
  const refused = [
    ...checkGuest(wanted, guest, snapshot),
    ...checkDisks(wanted, guest, snapshot),
    ...(vmstate ? checkMemory(wanted, guest) : []),
  ];
  if (refused.length > 0) return fail(...refused);
  const text = typeof description === 'string' ? description : undefined;
  return ok({
    ...draftOf(guest, snapshot, [
      takeStep(guest, { name, vmstate, ...(text !== undefined && { description: text }) }),
    ]),
    differences: [
      ...(text === undefined ? [] : [difference(wanted, 'description', undefined, text)]),
      ...(vmstate ? [difference(wanted, 'vmstate', undefined, '1')] : []),
    ],
    risks: [],
  });
}

/** Only its description can be changed. */
export function describeSnapshot(wanted: Wanted, snapshot: Snapshot): Result<Draft> {
  const { name } = snapshotNameOf(wanted.address);
  const found = guestOf(wanted, snapshot);
  if (!found.ok) return found;
  const guest = found.value;
  const is = findSnapshot(guest, name);
  if (is?.unfinished !== undefined) return fail(unfinished(wanted, guest, name, is.unfinished));
  const { description } = wanted.options;
  const after = typeof description === 'string' ? description : null;
  if (description === undefined || (after ?? undefined) === is?.description)
    return ok({ ...draftOf(guest, snapshot, []), differences: [], risks: [] });
  const refused = checkGuest(wanted, guest, snapshot);
  if (refused.length > 0) return fail(...refused);
  return ok({
    ...draftOf(guest, snapshot, [describeStep(guest, name, is?.description, after)]),
    differences: [difference(wanted, 'description', is?.description, after ?? undefined)],
    risks: [],
  });
}

export function removeSnapshot(
  wanted: Wanted,
  snapshot: Snapshot,
  { allowDestroy }: PlanOptions,
): Result<Draft> {
  const { name } = snapshotNameOf(wanted.address);
  const found = guestOf(wanted, snapshot);
  if (!found.ok) return found;
  const guest = found.value;
  const refused = [...checkGuest(wanted, guest, snapshot)];
  if (!allowDestroy)
    refused.push(
      refusal(
        wanted,
        ['state'],
        'snapshot/destroy',
        'the spec wants it absent, and then nothing leads back to it',
        'Run again with --allow-destroy if that is meant.',
      ),
    );
  if (refused.length > 0) return fail(...refused);
  const is = findSnapshot(guest, name);
  return ok({
    ...draftOf(guest, snapshot, [removeStep(guest, name)]),
    differences:
      is?.description === undefined ? [] : [difference(wanted, 'description', is.description, undefined)],
    risks: [],
  });
}

function guestOf(wanted: Wanted, snapshot: Snapshot): Result<SnapshotGuest> {
  const { vmid } = snapshotNameOf(wanted.address);
  const guest = snapshotGuest(snapshot, vmid);
  if (isUnknown(guest))
    return fail(refusal(wanted, ['vmid'], 'plan/unknown', `its guest is not known, as ${guest.unknown}`));
  if (guest !== undefined) return ok(guest);
  return fail(
    refusal(
      wanted,
      ['vmid'],
      'guest/none',
      `no guest of ${snapshot.cluster} has the VMID ${vmid}`,
      'See: pvefleet ls guests',
    ),
  );
}

/** PVE leaves the memory out of a snapshot of a VM that is stopped, and says nothing. */
function checkMemory(wanted: Wanted, guest: SnapshotGuest): readonly Diagnostic[] {
  if (guest.kind.kind === 'container')
    return [
      refusal(wanted, ['vmstate'], 'snapshot/memory', 'its guest is a container, and vmstate is for VMs'),
    ];
  if (guest.power === 'running') return [];
  const why = isUnknown(guest.power)
    ? `whether it runs is not known, as ${guest.power.unknown}`
    : 'it is stopped';
  return [
    refusal(
      wanted,
      ['vmstate'],
      'snapshot/memory',
      `${why}; the memory of a running VM is wanted`,
      'Leave "vmstate" out, or start it first.',
    ),
  ];
}

function unfinished(wanted: Wanted, guest: SnapshotGuest, name: string, state: string): Diagnostic {
  return refusal(
    wanted,
    ['name'],
    'snapshot/unfinished',
    `it is there, but unfinished (${state}); one that is whole is wanted`,
    `When nothing works on it: ${guest.kind.kind === 'vm' ? 'qm' : 'pct'} delsnapshot ${guest.vmid} ${name} --force 1`,
  );
}

function draftOf(
  guest: SnapshotGuest,
  snapshot: Snapshot,
  steps: readonly DraftStep[],
): Pick<Draft, 'title' | 'node' | 'digests' | 'steps'> {
  const digest = snapshot.digests[guest.path];
  return {
    title: guest.title,
    node: guest.node,
    digests: digest === undefined ? {} : { [guest.path]: digest },
    steps,
  };
}

function difference(
  wanted: Wanted,
  property: string,
  before: string | undefined,
  after: string | undefined,
): Draft['differences'][number] {
  const at = positionAt(wanted.positions, [property]);
  return {
    property,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    effect: 'now',
    ...(at && { at }),
  };
}

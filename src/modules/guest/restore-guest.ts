import type { Diagnostic } from '../../diagnostic.ts';
import { fail, ok, positionAt } from '../../diagnostic.ts';
import type { Difference } from '../../plan/plan.ts';
import { guestConfigPath } from '../../snapshot/guests.ts';
import { pveMajor } from '../../snapshot/pve-major.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Wanted } from '../module.ts';
import { findProperty } from '../property.ts';
import { archiveType } from './archive-type.ts';
import type { Birth } from './birth.ts';
import { callRefusals } from './call-refusals.ts';
import { refuseTaken } from './check-create.ts';
import { formatOf } from './disk-place.ts';
import { wantedText } from './option-change.ts';
import { checkNode, checkStorage, refusal } from './check-place.ts';
import type { Born } from './clone-guest.ts';
import type { GuestKind } from './guest-kind.ts';
import { startStep, titleOf } from './power-step.ts';
import { predictGuest } from './predict-guest.ts';
import type { Restore } from './restore-step.ts';
import { restoreCall, restoreStep } from './restore-step.ts';

/**
 * Makes a guest from a backup. What is in an archive no file tells, so of the spec only options that are one value go
 * along with the call; the others are compared once the guest is there, and it is not started before that.
 */
export function restoreGuest(kind: GuestKind, wanted: Wanted, birth: Birth, snapshot: Snapshot): Born {
  const vmid = Number(wanted.address.name);
  const node = wanted.node ?? wanted.defaultNode;
  if (node === undefined)
    return {
      draft: fail(
        refusal(
          wanted,
          [],
          'guest/no-node',
          'it is not there yet, and the spec names no node to restore it on',
          `Add "node:" with one of ${Object.keys(snapshot.nodes).join(', ')}.`,
        ),
      ),
      after: () => snapshot,
    };
  const options = plainOptions(kind, wanted);
  const made = { kind, vmid, node, cluster: snapshot.cluster, path: guestConfigPath(vmid, kind.kind, node) };
  const restore: Restore = { made, archive: birth.from, how: birth.how, options };
  const notReached = checkNode(wanted, snapshot, node);
  const refused = [
    ...refuseTaken(kind, wanted, snapshot, vmid),
    ...(notReached.length > 0 ? notReached : checkArchive(kind, restore, wanted, snapshot)),
  ];
  if (refused.length === 0)
    refused.push(...callRefusals(kind, wanted, restoreCall(restore), pveMajor(snapshot, node)));
  if (refused.length > 0) return { draft: fail(...refused), after: () => snapshot };
  const step = restoreStep(restore, snapshot);
  const left = Object.keys(wanted.options).filter((option) => !(option in options));
  const starts = wanted.state === 'running' && left.length === 0;
  const draft = {
    title: titleOf(kind, vmid, options[kind.nameOption]),
    node,
    differences: differences(wanted, {
      archive: birth.from,
      ...options,
      ...(starts && { state: 'running' }),
    }),
    risks: [],
    digests: {},
    steps: [step, ...(starts ? [startStep(made)] : [])],
  };
  const after = (): Snapshot =>
    step.effects.reduce((before, effect) => predictGuest(kind, before, effect), snapshot);
  return { draft: ok(draft, left.length === 0 ? [] : [notCompared(wanted, left)]), after };
}

/** Options that the spec says wholly, whatever the archive says of them; PVE takes them with the call. */
function plainOptions(kind: GuestKind, wanted: Wanted): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(wanted.options).flatMap(([option, wish]): [string, string][] => {
      const row = findProperty(kind.properties, option);
      if (row === undefined || row.transient === true || wish === null) return [];
      if (row.shape === 'scalar' || row.shape === 'text')
        return typeof wish === 'string' ? [[option, wish]] : [];
      const parts = typeof wish === 'string' ? {} : wish;
      const isWhole =
        row.shape === 'property-string' &&
        Object.keys(formatOf(kind, option)).every((key) => typeof parts[key] === 'string');
      const text = isWhole ? wantedText(kind, option, undefined, wish) : undefined;
      return text === undefined ? [] : [[option, text]];
    }),
  );
}

function checkArchive(
  kind: GuestKind,
  { made, archive, how: { storage } }: Restore,
  wanted: Wanted,
  snapshot: Snapshot,
): readonly Diagnostic[] {
  const type = archiveType(archive);
  const from = archive.startsWith('/') ? undefined : archive.split(':')[0];
  const path = ['archive', 'from'];
  return [
    ...(type === undefined || type === kind.kind
      ? []
      : [
          refusal(
            wanted,
            path,
            'guest/archive-kind',
            `${archive} is of a ${type}; one of a ${kind.kind} is wanted`,
          ),
        ]),
    ...(from === undefined ? [] : checkStorage(wanted, path, snapshot, made.node, from, 'backup')),
    ...(storage === undefined
      ? []
      : checkStorage(wanted, ['archive', 'storage'], snapshot, made.node, storage, kind.diskContent)),
  ];
}

function differences(wanted: Wanted, values: Readonly<Record<string, string>>): readonly Difference[] {
  return Object.entries(values).map(([property, after]) => {
    const at = positionAt(wanted.positions, [property]);
    return { property, after, effect: 'now' as const, ...(at && { at }) };
  });
}

function notCompared(wanted: Wanted, options: readonly string[]): Diagnostic {
  const isMeantToRun = wanted.state === 'running';
  const found = refusal(
    wanted,
    ['archive'],
    'guest/restored-first',
    `what its archive says of ${options.join(', ')} is known only once it is restored${isMeantToRun ? '; it is not started before' : ''}`,
    `Apply again then: it is brought to the spec${isMeantToRun ? ', and started' : ''}.`,
  );
  return { ...found, severity: 'warning' };
}

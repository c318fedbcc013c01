import type { Act } from '../../plan/plan.ts';
import type { Argument, PveCall } from '../../pve/call.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { asImported, setValues } from './option-values.ts';
import type { OptionChange } from './option-change.ts';
import { optionsEffect } from './options-effect.ts';
import type { DraftStep, Target } from './power-step.ts';
import { guestLock, guestPath } from './power-step.ts';
import { storageOfVolume } from './disk-place.ts';
import type { Guest } from './read-guest.ts';
import { isKept } from './unused-disks.ts';
import { withVolumeOf } from './unnamed-volume.ts';
import { storageLock } from './storage-lock.ts';
import type { Wish } from './wish.ts';

/** Seconds: a set may allocate a disk, a resize may wait for a storage. */
const SET_SECONDS = 600;

/** Seconds: a large image is copied. */
export const IMPORT_SECONDS = 7200;

function named(changes: readonly OptionChange[], how: OptionChange['how']): readonly string[] {
  return changes.filter((change) => change.how === how).map(({ option }) => option);
}

/** One call for all changed options, with the digest of the file that they were computed from. */
export function setCall(target: Target, changes: readonly OptionChange[]): PveCall {
  const params: Record<string, Argument> = {};
  for (const { option, text } of changes)
    if (text !== undefined) params[option] = withVolumeOf(target.kind, target.path, option, text);
  const removed = named(changes, 'remove');
  const reverted = named(changes, 'revert');
  if (removed.length > 0) params['delete'] = removed.join(',');
  if (reverted.length > 0) params['revert'] = reverted.join(',');
  params['digest'] = { digest: target.path };
  return { method: 'PUT', path: `${guestPath(target)}/config`, params };
}

export function setStep(
  target: Target,
  call: PveCall,
  changes: readonly OptionChange[],
  wishes: readonly Wish[],
  guest: Guest,
  snapshot: Snapshot,
): DraftStep {
  const { kind, vmid, node } = target;
  const wishOf = new Map(wishes.map((wish) => [wish.option, wish]));
  const disks = changes.flatMap(({ option }) => wishOf.get(option)?.disk ?? []);
  const allocating = changes.filter(({ option }) => wishOf.get(option)?.disk.allocates !== undefined);
  const allocated = disks.flatMap(({ allocates }) => allocates ?? []);
  const destroyed = disks.flatMap(({ destroys }) => destroys ?? []);
  const detached = disks.flatMap(({ detaches }) => detaches ?? []);
  const freed = destroyed.flatMap((volume) => storageOfVolume(volume) ?? []);
  const imports = disks.some((disk) => disk.imports !== undefined);
  const wanted = Object.fromEntries(
    changes
      .filter(({ how }) => how === 'set')
      .map(({ option }) => [option, wishOf.get(option)?.wanted ?? null]),
  );
  return {
    node,
    act: { run: 'call', call },
    guards: [{ require: 'quorum' }],
    locks: [
      guestLock(target),
      ...new Set([...allocated, ...freed].map((id) => storageLock(snapshot, id, node))),
    ],
    effects: [
      optionsEffect(target, {
        set: setValues(imports ? asImported(wanted) : wanted),
        remove: named(changes, 'remove'),
        revert: named(changes, 'revert'),
        ...(destroyed.length > 0 && { destroys: destroyed }),
        ...(detached.length > 0 && {
          keeps: detached.filter((volume) => isKept(kind, vmid, snapshot, volume)),
        }),
      }),
    ],
    undo:
      destroyed.length > 0
        ? { impossible: `${destroyed.join(', ')} is destroyed` }
        : undoSet(
            target,
            changes,
            allocating.map(({ option }) => option),
            guest,
          ),
    detached: imports,
    timeoutSeconds: imports ? IMPORT_SECONDS : SET_SECONDS,
  };
}

/** Secrets never leave their node; a mark stands in their place. */
function isSecret(text: string | undefined): boolean {
  return text?.startsWith('<secret') === true;
}

/** The options as they were; disks that were made can't be unmade by it. */
function undoSet(
  target: Target,
  changes: readonly OptionChange[],
  made: readonly string[],
  guest: Guest,
): DraftStep['undo'] {
  const secret = changes.map(({ option }) => option).filter((option) => isSecret(guest.effective[option]));
  const reasons = [
    ...(made.length > 0 ? ['a disk that was made is not removed on the way back'] : []),
    ...(secret.length > 0 ? ['the secret that was there before is not known'] : []),
  ];
  if (reasons.length > 0) return { impossible: reasons.join('; '), options: [...made, ...secret] };
  const params: Record<string, Argument> = {};
  const gone: string[] = [];
  for (const { option } of changes) {
    const before = guest.effective[option];
    if (before === undefined) gone.push(option);
    else params[option] = withVolumeOf(target.kind, target.path, option, before);
  }
  if (gone.length > 0) params['delete'] = gone.join(',');
  const act: Act = { run: 'call', call: { method: 'PUT', path: `${guestPath(target)}/config`, params } };
  return [act];
}

export function growStep(
  target: Target,
  { option, disk: { grow } }: Pick<Wish, 'option' | 'disk'>,
): DraftStep {
  const { node } = target;
  const size = grow?.to ?? '';
  return {
    node,
    act: {
      run: 'call',
      call: {
        method: 'PUT',
        path: `${guestPath(target)}/resize`,
        params: { disk: option, size, digest: { digest: target.path } },
      },
    },
    guards: [{ require: 'quorum' }],
    locks: [guestLock(target)],
    effects: [optionsEffect(target, { set: { [option]: { size } } })],
    undo: { impossible: `${option} has grown, and a disk is never shrunk` },
    detached: false,
    timeoutSeconds: SET_SECONDS,
  };
}

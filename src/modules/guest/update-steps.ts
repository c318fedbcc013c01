import type { Act } from '../../plan/plan.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Wanted } from '../module.ts';
import type { WithImages } from './cloud-image.ts';
import { downloadStep } from './cloud-image.ts';
import { isCloudInitVolume } from './disk-place.ts';
import type { GuestKind } from './guest-kind.ts';
import { shutdownSeconds } from './guest-refusals.ts';
import { haStartSteps, haStopSteps } from './ha-step.ts';
import { linesStep } from './lines-step.ts';
import type { Lines } from './lines-step.ts';
import { moveStep, movesStoppedOnly } from './move-disk.ts';
import type { OptionChange } from './option-change.ts';
import { optionsEffect } from './options-effect.ts';
import type { DraftStep, Target } from './power-step.ts';
import { guestLock, guestPath, shutdownStep, startStep } from './power-step.ts';
import type { Guest } from './read-guest.ts';
import { secretStep } from './secret-step.ts';
import { growStep, setCall, setStep } from './set-step.ts';
import { bootOrderMade } from './update-risks.ts';
import { snippetSteps } from './snippets.ts';
import type { Wish } from './wish.ts';

const CLOUD_INIT_SECONDS = 60;

/** All that the steps of an update come from. */
export interface UpdatePlan {
  readonly wanted: Wanted;
  readonly images: WithImages['images'];
  readonly wishes: readonly Wish[];
  /** The changes of each set call. */
  readonly sets: readonly (readonly OptionChange[])[];
  readonly guest: Guest;
  readonly snapshot: Snapshot;
  readonly power: 'running' | 'stopped' | undefined;
  readonly restarts: boolean;
}

/**
 * The changes of each set call, mostly one for all. A boot order that is not what PVE makes of the old one when a CD drive
 * comes or a device goes is set after that: in the same call either may win (API2/Qemu.pm goes by the order of a hash).
 */
export function planSets(kind: GuestKind, wishes: readonly Wish[], guest: Guest): UpdatePlan['sets'] {
  const changes = wishes.flatMap(({ row, disk }) =>
    disk.change === undefined ||
    disk.change.how === 'lines' ||
    disk.destroys !== undefined ||
    (row.shape === 'secret' && disk.change.how === 'set')
      ? []
      : [disk.change],
  );
  const made = bootOrderMade(kind, wishes, guest);
  const boot = wishes.find(({ option }) => option === 'boot');
  if (made === undefined || boot === undefined) return changes.length === 0 ? [] : [changes];
  const first = changes.filter(({ option }) => option !== 'boot');
  if (boot.wanted === null)
    return [first, [{ option: 'boot', how: 'remove', before: made, after: undefined }]];
  const text = boot.disk.change?.after ?? guest.effective['boot'] ?? '';
  return text === made ? [first] : [first, [{ option: 'boot', how: 'set', text, before: made, after: text }]];
}

/**
 * The images that disks are made from, a resize for each disk that grows, the set calls, disks that move and those that
 * grow after it, the lines and the secrets, cloud-init's drive, disks that are destroyed, its power. The resize comes
 * first: a disk option that waits for a restart is kept with the size that it was set with. A disk that moves is set
 * before, while its volume has a known name. What is moved only while the guest is stopped has it shut down first.
 */
export function updateSteps(target: Target, update: UpdatePlan): readonly DraftStep[] {
  const { wanted, images, wishes, sets, guest, snapshot, power, restarts } = update;
  const { service } = guest;
  const seconds = shutdownSeconds(wanted);
  const shutdown = (): readonly DraftStep[] =>
    service === undefined
      ? [shutdownStep(target, seconds, wanted.words['forceStop'] === '1')]
      : haStopSteps(target, service, seconds);
  const start = (): readonly DraftStep[] =>
    service === undefined ? [startStep(target)] : haStartSteps(target, service.sid);
  const grows = wishes.filter(({ disk }) => disk.grow !== undefined);
  const first = stopsFirst({ kind: target.kind, wishes, guest });
  return [
    ...images.map((image) => downloadStep(image, target.node, snapshot)),
    ...snippetSteps(wanted, snapshot, target.node, guest.effective),
    ...(first ? shutdown() : []),
    ...grows.filter((wish) => !growsLater(wish)).map((wish) => growStep(target, wish)),
    ...sets.map((changes) => setStep(target, setCall(target, changes), changes, wishes, guest, snapshot)),
    ...wishes.flatMap(({ option, disk: { move } }) =>
      move === undefined ? [] : [moveStep(target, { option }, move, snapshot)],
    ),
    ...grows.filter(growsLater).map((wish) => growStep(target, wish)),
    ...linesSteps(target, wishes),
    ...secretSteps(target, wishes),
    ...(renewsCloudInit(update) ? [cloudInitStep(target)] : []),
    ...destroySteps(target, update),
    ...((restarts || power === 'stopped') && !first ? shutdown() : []),
    ...(restarts || power === 'running' ? start() : []),
  ];
}

/** Once it is where it goes: on its new storage, or made from its image. */
const growsLater = ({ disk }: Wish): boolean => disk.move !== undefined || disk.imports !== undefined;

/** Whether a disk is moved that its running guest holds fast. */
export function stopsFirst({
  wishes,
  guest,
  kind,
}: Pick<UpdatePlan, 'wishes' | 'guest'> & { readonly kind: GuestKind }): boolean {
  return (
    guest.power === 'running' &&
    wishes.some(({ option, disk }) => disk.move !== undefined && movesStoppedOnly(kind, option))
  );
}

/** Last, when all else has worked. */
function destroySteps(target: Target, { wishes, guest, snapshot }: UpdatePlan): readonly DraftStep[] {
  const changes = wishes.flatMap(({ disk }) =>
    disk.destroys === undefined || disk.change === undefined ? [] : [disk.change],
  );
  return changes.length === 0
    ? []
    : [setStep(target, setCall(target, changes), changes, wishes, guest, snapshot)];
}

function linesSteps(target: Target, wishes: readonly Wish[]): readonly DraftStep[] {
  const changes = wishes.flatMap(({ disk }) => (disk.change?.how === 'lines' ? [disk.change] : []));
  if (changes.length === 0) return [];
  const texts = (of: 'after' | 'before'): Lines =>
    Object.fromEntries(changes.map((change) => [change.option, change[of]]));
  return [linesStep(target, texts('after'), texts('before'))];
}

function secretSteps(target: Target, wishes: readonly Wish[]): readonly DraftStep[] {
  return wishes.flatMap(({ option, row, disk }) =>
    row.shape === 'secret' && disk.change?.how === 'set' ? [secretStep(target, option)] : [],
  );
}

/**
 * Whether cloud-init's drive is to be made anew (demands 11): something of it changed and the drive is there. PVE does it
 * by itself at a start, when it makes the drive, and while it runs where hotplug has cloudinit.
 */
function renewsCloudInit({ wishes, guest, power, restarts }: UpdatePlan): boolean {
  if (!wishes.some(({ row, disk }) => row.cloudInit === true && disk.change !== undefined)) return false;
  if (power === 'running' || restarts) return false;
  if (guest.power === 'running' && /cloudinit/u.test(guest.active['hotplug'] ?? '')) return false;
  return Object.values(guest.active).some((text) => isCloudInitVolume(text.split(',')[0] ?? ''));
}

function cloudInitStep(target: Target): DraftStep {
  const { node } = target;
  const act: Act = {
    run: 'call',
    call: { method: 'PUT', path: `${guestPath(target)}/cloudinit`, params: {} },
  };
  return {
    node,
    act,
    guards: [{ require: 'quorum' }],
    locks: [guestLock(target)],
    // PVE drops its notes of what was changed since the last time.
    effects: [optionsEffect(target, {})],
    undo: [act],
    detached: false,
    timeoutSeconds: CLOUD_INIT_SECONDS,
  };
}

import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import { storages } from '../../snapshot/storages.ts';
import type { Place } from './disk-place.ts';
import { placeOf, presentPlace } from './disk-place.ts';
import type { GuestKind } from './guest-kind.ts';
import { optionsEffect } from './options-effect.ts';
import type { DraftStep, Target } from './power-step.ts';
import { guestLock, guestPath } from './power-step.ts';
import type { Guest } from './read-guest.ts';
import { copyFormat, formatsOf } from './storage-formats.ts';
import { storageLock } from './storage-lock.ts';
import type { Wish } from './wish.ts';
import { unnamedVolume } from './unnamed-volume.ts';

/** Seconds: a disk of a terabyte over a slow network. */
const MOVE_SECONDS = 86_400;

/** A disk on its way to another storage or format. */
export interface DiskMove {
  readonly from: Place;
  readonly storage: string;
  /** As it was declared; PVE keeps the format where it can. */
  readonly format?: string;
  /** The old copy is destroyed; else it stays as an unused disk. */
  readonly deletesSource: boolean;
}

/** Another storage or another format for a disk that is there. */
export function diskMove(from: Place, wanted: Readonly<Record<string, string | null>>): DiskMove | undefined {
  const { storage = from.storage, format } = wanted;
  if (from.cdrom || from.storage === undefined || typeof storage !== 'string') return undefined;
  const otherFormat = typeof format === 'string' && format !== from.format;
  if (storage === from.storage && !otherFormat) return undefined;
  return {
    from,
    storage,
    ...(typeof format === 'string' && { format }),
    deletesSource: wanted['delete-source'] === '1',
  };
}

/** Whether a disk is moved only while its guest is stopped (QemuServer.pm clone_disk; API2/LXC.pm move_volume). */
export const movesStoppedOnly = (kind: GuestKind, option: string): boolean =>
  kind.kind === 'container' || option === 'tpmstate0';

/** The step that moves a disk. PVE names the new volume; the old one stays with the guest unless its deletion was declared. */
export function moveStep(
  target: Target,
  { option }: Pick<Wish, 'option'>,
  move: DiskMove,
  snapshot: Snapshot,
): DraftStep {
  const { kind, node, path } = target;
  const { from, storage, format, deletesSource } = move;
  const vm = kind.kind === 'vm';
  const params = {
    ...(vm ? { disk: option } : { volume: option }),
    storage,
    ...(vm && format !== undefined && { format }),
    ...(deletesSource && { delete: '1' }),
    digest: { digest: path },
  };
  const ids = [from.storage ?? storage, storage];
  const as = vm ? (format ?? keptFormat(snapshot, storage, from.format)) : undefined;
  return {
    node,
    act: {
      run: 'call',
      call: { method: 'POST', path: `${guestPath(target)}/${vm ? 'move_disk' : 'move_volume'}`, params },
    },
    guards: [{ require: 'quorum' }],
    locks: [guestLock(target), ...new Set(ids.map((id) => storageLock(snapshot, id, node)))],
    effects: [
      optionsEffect(target, {
        set: { [option]: { storage, ...(as !== undefined && { format: as }) } },
        ...(deletesSource ? { destroys: [from.volume] } : { keeps: [from.volume] }),
      }),
    ],
    undo: {
      impossible: deletesSource
        ? 'its old copy is destroyed'
        : `a disk that was moved stays there; its old copy, ${from.volume}, is an unused disk with what was in it then`,
      options: [`${option}.${kind.volumeKey}`, `${option}.format`],
    },
    detached: true,
    timeoutSeconds: MOVE_SECONDS,
  };
}

/** The format that a moved disk has where none is declared; undefined: what the storage keeps is not known. */
function keptFormat(snapshot: Snapshot, storage: string, format: string): string | undefined {
  const all = storages(snapshot);
  const known = isUnknown(all) ? undefined : all.find(({ id }) => id === storage);
  return known === undefined || formatsOf(known) === undefined ? undefined : copyFormat(known, format);
}

/** What one should know of a move. */
export function moveRisks(
  kind: GuestKind,
  option: string,
  { from, storage, format, deletesSource }: DiskMove,
  guest: Guest,
): readonly string[] {
  const place = presentPlace(kind, option, guest.effective[option] ?? '', guest);
  const what = `${option}${place.size === undefined ? '' : ` (${place.size})`}`;
  const where =
    storage === from.storage
      ? `to ${format ?? 'another format'} on ${storage}`
      : `from ${from.storage} to ${storage}`;
  const live = kind.kind === 'vm' && guest.power === 'running' ? ', while the VM runs' : '';
  return [
    `copies ${what} ${where}${live}`,
    deletesSource
      ? `destroys its old copy ${from.volume}`
      : `its old copy ${from.volume} stays as an unused disk`,
  ];
}

/** The text of a disk as it may be after a move: PVE names the volume itself; this name stands for one that is not known yet. */
export function movedVolume(
  kind: GuestKind,
  vmid: number,
  option: string,
  before: string,
  wanted: Readonly<Record<string, string | null>>,
): string | undefined {
  const move = diskMove(placeOf(kind, option, before), wanted);
  if (move === undefined) return undefined;
  return unnamedVolume(move.storage, vmid, option, move.format);
}

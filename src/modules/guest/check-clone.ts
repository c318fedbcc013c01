import type { Diagnostic } from '../../diagnostic.ts';
import type { Options } from '../../pve/guest-config.ts';
import { sectionOptions, snapshotNames } from '../../pve/guest-config.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import { storages } from '../../snapshot/storages.ts';
import type { Wanted } from '../module.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import { checkFormat } from './check-format.ts';
import { checkStorage, refusal } from './check-place.ts';
import type { GuestKind } from './guest-kind.ts';
import type { GuestVolume } from './guest-volumes.ts';
import { volumesIn } from './guest-volumes.ts';
import { canLink } from './linked-clone.ts';
import type { Guest } from './read-guest.ts';
import { isShared } from './storage-lock.ts';

/** A clone as it is asked for. */
export interface AskedClone {
  readonly kind: GuestKind;
  readonly wanted: Wanted;
  readonly source: Guest;
  /** The node that it is to be on. */
  readonly node: string;
  readonly how: Readonly<Record<string, string>>;
}

export const isTemplate = ({ active }: Guest): boolean => active['template'] === '1';

/** Whether its disks rest on those of the source: of a template unless `full` is said, of another only if it is denied. */
export const isLinked = ({ source, how }: Pick<AskedClone, 'source' | 'how'>): boolean =>
  how['full'] === undefined ? isTemplate(source) : how['full'] === '0';

/** What PVE would refuse of a clone (PVE::API2::Qemu, PVE::API2::LXC clone_vm), and where it can't be. */
export function checkClone(asked: AskedClone, snapshot: Snapshot): readonly Diagnostic[] {
  const { kind, wanted, source, how } = asked;
  const { lock } = source.active;
  const { snapname } = how;
  if (lock !== undefined)
    return [
      refuse(
        wanted,
        'from',
        'source-locked',
        `${sourceTitle(kind, source)}, of which it is to be a clone, is locked (${lock})`,
      ),
    ];
  const names = snapshotNames(source.config);
  if (snapname !== undefined && !names.includes(snapname))
    return [
      refuse(
        wanted,
        'snapname',
        'no-snapshot',
        `${sourceTitle(kind, source)} has no snapshot "${snapname}"${didYouMean(snapname, names)}`,
      ),
    ];
  const options: Options =
    snapname === undefined ? source.active : sectionOptions(source.config, `snapshot:${snapname}`);
  const volumes = volumesIn(kind, options);
  return [
    ...(isLinked(asked) ? checkLinked(asked, volumes, snapshot) : checkFull(asked, volumes, snapshot)),
    ...checkRunning(asked, options),
    ...checkMounts(asked, volumes),
    ...checkNodes(asked, volumes, snapshot),
  ];
}

function checkLinked(
  asked: AskedClone,
  volumes: readonly GuestVolume[],
  snapshot: Snapshot,
): readonly Diagnostic[] {
  const { kind, wanted, source, how } = asked;
  const { snapname } = how;
  const needless = ['storage', 'format'].filter((key) => how[key] !== undefined);
  const found = needless.map((key) =>
    refuse(
      wanted,
      key,
      'linked-storage',
      `the disks of a linked clone lie where those of ${sourceTitle(kind, source)} do; ${key} is only for a full one`,
      'Say "full: yes" to have them copied.',
    ),
  );
  if (!isTemplate(source) && snapname === undefined)
    return [
      ...found,
      refuse(
        wanted,
        'full',
        'linked-source',
        `${sourceTitle(kind, source)} is no template, and a linked clone is made of one`,
        'Leave "full" out to have its disks copied, or declare "template: yes" of it.',
      ),
    ];
  const all = storages(snapshot);
  const unlinkable = volumes.filter(({ option, storage, isMedium, isCloudInit }) => {
    // These are copied in any case.
    if (isMedium || isCloudInit || option === 'tpmstate0' || isUnknown(all)) return false;
    const on = all.find(({ id }) => id === storage);
    return on !== undefined && !canLink(kind, on, snapname === undefined ? 'base' : 'snapshot');
  });
  return [
    ...found,
    ...unlinkable.map(({ option, volume }) =>
      refuse(
        wanted,
        'full',
        'linked-storage',
        `${option} of ${sourceTitle(kind, source)} is ${volume}, of which PVE can make no linked clone`,
        'Say "full: yes" to have the disks copied.',
      ),
    ),
  ];
}

function checkFull(
  { kind, wanted, source, node, how: { storage, format } }: AskedClone,
  volumes: readonly GuestVolume[],
  snapshot: Snapshot,
): readonly Diagnostic[] {
  const path = ['clone', 'storage'];
  const on = (id: string, at: string): readonly Diagnostic[] =>
    checkStorage(wanted, path, snapshot, at, id, kind.diskContent);
  if (storage === undefined)
    // A template's disks may lie where none are made any more.
    return [...new Set(volumes.flatMap((volume) => (volume.isMedium ? [] : (volume.storage ?? []))))].flatMap(
      (id) => [...on(id, source.node), ...checkFormat(wanted, ['clone', 'format'], snapshot, id, format)],
    );
  const here = [
    ...on(storage, source.node),
    ...checkFormat(wanted, ['clone', 'format'], snapshot, storage, format),
  ];
  return here.length > 0 || node === source.node ? here : on(storage, node);
}

/** What can't be copied while the source runs. */
function checkRunning(asked: AskedClone, options: Options): readonly Diagnostic[] {
  const { kind, wanted, source, how } = asked;
  if (source.power === 'stopped' || how['snapname'] !== undefined || isLinked(asked)) return [];
  if (kind.kind === 'vm' && options['tpmstate0'] === undefined) return [];
  const what = kind.kind === 'vm' ? 'its TPM state' : 'its disks';
  const is = isUnknown(source.power)
    ? `whether ${sourceTitle(kind, source)} runs is not known, as ${source.power.unknown}`
    : `${sourceTitle(kind, source)} runs`;
  return [
    refuse(
      wanted,
      'from',
      'source-runs',
      `${is}, and ${what} can be cloned only while it is stopped, or of a snapshot`,
      'Shut it down first, or name one of its snapshots with "snapname".',
    ),
  ];
}

/** Directories and devices of the node are no volumes, and a container that has one can't be cloned. */
function checkMounts(
  { kind, wanted, source }: AskedClone,
  volumes: readonly GuestVolume[],
): readonly Diagnostic[] {
  if (kind.kind === 'vm') return [];
  return volumes
    .filter(({ storage }) => storage === undefined)
    .map(({ option, volume }) =>
      refuse(
        wanted,
        'from',
        'source-mount',
        `${option} of ${sourceTitle(kind, source)} is ${volume} of the node; only volumes of storages can be cloned`,
        `Take it out of ${sourceTitle(kind, source)} first, and give it to the clone by "${option}:".`,
      ),
    );
}

/** A clone can be on another node only if that sees all disks of its source, and its own. */
function checkNodes(
  { kind, wanted, source, node, how: { storage: target } }: AskedClone,
  volumes: readonly GuestVolume[],
  snapshot: Snapshot,
): readonly Diagnostic[] {
  if (node === source.node) return [];
  const all = storages(snapshot);
  const isSeen = (id: string | undefined): boolean => {
    const storage = isUnknown(all) ? undefined : all.find((each) => each.id === id);
    return storage !== undefined && isShared(storage);
  };
  const hint = `Make it on ${source.node}, and move it then: ${kind.command} migrate ${wanted.address.name} ${node}`;
  if (target !== undefined && !isSeen(target))
    return [
      refuse(
        wanted,
        'storage',
        'clone-elsewhere',
        `storage ${target} is of one node, and a clone of ${sourceTitle(kind, source)}, which is on ${source.node}, can be on ${node} only on a shared one`,
        hint,
      ),
    ];
  // Of a container PVE looks only at where the copy will be.
  const checked = kind.kind === 'container' && target !== undefined ? [] : volumes;
  const local = checked.find(({ storage }) => !isSeen(storage));
  if (local === undefined) return [];
  return [
    refusal(
      wanted,
      ['node'],
      'guest/clone-elsewhere',
      `${local.option} of ${sourceTitle(kind, source)} is ${local.volume}, which only ${source.node} sees; a clone on ${node} needs shared storage`,
      hint,
    ),
  ];
}

/** "vm/9000 (debian-13)" */
export function sourceTitle(kind: GuestKind, { vmid, active }: Guest): string {
  const name = active[kind.nameOption];
  return `${kind.kind}/${vmid}${name === undefined ? '' : ` (${name})`}`;
}

const refuse = (wanted: Wanted, key: string, code: string, what: string, hint?: string): Diagnostic =>
  refusal(wanted, ['clone', key], `guest/${code}`, what, hint);

import type { Diagnostic } from '../../diagnostic.ts';
import { replicationJobs } from '../../snapshot/replication-jobs.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import { sharedStorages } from '../../pve/section-kinds/storage.ts';
import { storages } from '../../snapshot/storages.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import type { Wanted, WantedValue } from '../module.ts';
import { findProperty } from '../property.ts';
import { refusal } from './check-place.ts';
import { placeOf } from './disk-place.ts';
import type { GuestKind } from './guest-kind.ts';
import type { Guest } from './read-guest.ts';
import { propertyValue } from './read-guest.ts';
import type { JobChange } from './replication-wish.ts';
import type { SideContext } from './side-setting.ts';

/** What PVE would refuse of these jobs (PVE/API2/ReplicationConfig.pm, recording cluster-02). */
export function refuseReplication(
  changes: ReadonlyMap<string, JobChange>,
  context: SideContext,
): readonly Diagnostic[] {
  const targets = targetsThere(context);
  const found = [...changes].flatMap(([number, job]) => {
    if (job['target'] === null) return [];
    const refused = refuseJob(number, job, targets, context);
    if (job['target'] !== undefined) targets.set(job['target'], number);
    return refused;
  });
  const makes = [...changes].some(([number, job]) => job['target'] !== null && !isThere(number, context));
  return makes && found.length === 0 ? refuseDisks(context) : found;
}

function refuseJob(
  number: string,
  job: JobChange,
  targets: ReadonlyMap<string, string>,
  context: SideContext,
): readonly Diagnostic[] {
  const { wanted, snapshot, target, guest } = context;
  const id = `${target.vmid}-${number}`;
  const refuse = (option: readonly string[], what: string, hint?: string): readonly Diagnostic[] => [
    refusal(wanted, ['replication', number, ...option], 'guest/replication', what, hint),
  ];
  const jobs = replicationJobs(snapshot);
  const leaving = isUnknown(jobs)
    ? undefined
    : jobs.find((each) => each.vmid === guest.vmid && each.number === number && each.isLeaving);
  if (leaving !== undefined)
    return refuse(
      [],
      `its replication job ${id} is being removed, which takes some time in the background`,
      'Plan again when "pvesr list" does not tell of it any more, or give the new one another number.',
    );
  const { target: to } = job;
  if (isThere(number, context))
    return to === undefined
      ? []
      : refuse(
          ['target'],
          `its replication job ${id} goes to another node, and the target of a job is fixed`,
          `Declare "${number}: null" to remove it, and a job of another number.`,
        );
  if (to === undefined || to === null)
    return refuse([], `its replication job ${id} is not there yet, and has no target`, 'Add "target: NODE".');
  const nodes = Object.keys(snapshot.nodes);
  if (!nodes.includes(to))
    return refuse(
      ['target'],
      `the target ${to} of its replication job ${id} is no node of cluster ${snapshot.cluster}${didYouMean(to, nodes)}`,
      `Its nodes are ${nodes.join(', ')}.`,
    );
  if (to === target.node)
    return refuse(['target'], `it is on ${to} itself, the target of its replication job ${id}`);
  const other = targets.get(to);
  return other === undefined
    ? []
    : refuse(
        ['target'],
        `its replication jobs ${target.vmid}-${other} and ${id} have one target; PVE takes one job for each`,
      );
}

const isThere = (number: string, { before }: SideContext): boolean =>
  typeof before === 'object' && before[`${number}.target`] !== undefined;

/** Targets of the jobs that are there, those that leave too, with their numbers. */
function targetsThere({ snapshot, guest }: SideContext): Map<string, string> {
  const jobs = replicationJobs(snapshot);
  const own = isUnknown(jobs) ? [] : jobs.filter(({ vmid }) => vmid === guest.vmid);
  return new Map(
    own.flatMap(({ number, options: { target } }) => (target === undefined ? [] : [[target, number]])),
  );
}

/**
 * Every disk that is not left out must be on ZFS, which alone can be replicated (pve-storage, feature "replicate"), or on a
 * storage that all nodes share.
 */
function refuseDisks({ wanted, snapshot, target: { kind }, guest }: SideContext): readonly Diagnostic[] {
  const known = storages(snapshot);
  if (isUnknown(known)) return [];
  const refuse = (what: string, hint: string): Diagnostic =>
    refusal(wanted, ['replication'], 'guest/replication', what, hint);
  const disks = replicatedDisks(kind, wanted, guest).flatMap(({ option, volume, storage: id }) => {
    const storage = known.find((each) => each.id === id);
    if (volume?.startsWith('/') === true) return [{ option, is: volume, type: 'of the node' }];
    const isShared = storage?.options['shared'] === '1' || sharedStorages.has(storage?.type ?? '');
    return storage === undefined || isShared ? [] : [{ option, is: storage.id, type: storage.type }];
  });
  if (disks.length === 0)
    return [
      refuse(
        'it has no disk that can be replicated; one on a ZFS storage of its node is wanted',
        'Add one, or move one there.',
      ),
    ];
  return disks
    .filter(({ type }) => type !== 'zfspool')
    .map(({ option, is, type }) =>
      refuse(
        `${option} is on ${is} (${type}), which can't be replicated; ZFS is wanted`,
        `Say "replicate: no" for ${option}, or move it to a ZFS storage.`,
      ),
    );
}

interface ReplicatedDisk {
  readonly option: string;
  readonly volume: string | undefined;
  readonly storage: string | undefined;
}

/** Disks as they will be, without media and those that say replicate=0. */
function replicatedDisks(kind: GuestKind, wanted: Wanted, guest: Guest): readonly ReplicatedDisk[] {
  const names = [...new Set([...Object.keys(guest.effective), ...Object.keys(wanted.options)])];
  return names.flatMap((option): readonly ReplicatedDisk[] => {
    const wish = wanted.options[option];
    if (findProperty(kind.properties, option)?.shape !== 'disk' || wish === null) return [];
    const text = guest.effective[option];
    const is = text === undefined ? undefined : propertyValue(kind, option, text);
    const values = { ...partsOf(is), ...partsOf(wish) };
    if (values['media'] === 'cdrom' || /^(?:0|off|no|false)$/iu.test(values['replicate'] ?? '')) return [];
    const volume = values[kind.volumeKey] ?? undefined;
    const placed = placeOf(kind, option, text ?? '').storage ?? values['storage'] ?? undefined;
    return [{ option, volume, storage: placed }];
  });
}

const partsOf = (value: WantedValue | undefined): Readonly<Record<string, string | null>> =>
  typeof value === 'object' && value !== null ? value : {};

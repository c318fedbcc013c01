import type { PropertyValue } from '../../plan/plan.ts';
import { normalCalendarEvent } from '../../pve/calendar-event.ts';
import type { PveCall } from '../../pve/call.ts';
import { findGuest } from '../../snapshot/guests.ts';
import type { ReplicationJob } from '../../snapshot/replication-jobs.ts';
import { REPLICATION_CFG, replicationJobs, withReplicationJob } from '../../snapshot/replication-jobs.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { WantedValue } from '../module.ts';
import type { DraftStep } from './power-step.ts';
import { refuseReplication } from './replication-refusals.ts';
import type { JobChange } from './replication-wish.ts';
import { JOB_OPTIONS, parseReplication } from './replication-wish.ts';
import { sideEffect } from './side-effect.ts';
import type { SideContext, SideSetting } from './side-setting.ts';

const SET_SECONDS = 60;

/**
 * The replication jobs of a guest, replication.cfg, by `pvesr`. Its value is flat, "0.schedule". No step wants the file
 * unchanged, as jobs of all guests are in it: PVE refuses to make what is there, and to change what is not.
 */
export const replication: SideSetting = {
  name: 'replication',
  help: `Its replication jobs by their numbers, each with ${JOB_OPTIONS.join(', ')}; null removes one, or all of them. Jobs that are not named are left alone.`,
  file: () => REPLICATION_CFG,
  parse: parseReplication,
  read(guest, snapshot) {
    const jobs = jobsOf(snapshot, guest.vmid);
    if (isUnknown(jobs)) return jobs;
    const flat = jobs
      .filter(({ isLeaving }) => !isLeaving)
      .flatMap(({ number, options }) =>
        JOB_OPTIONS.flatMap((option) => {
          const value = options[option];
          return value === undefined ? [] : [[`${number}.${option}`, value] as const];
        }),
      );
    return flat.length === 0 ? undefined : Object.fromEntries(flat);
  },
  missing(wish, is) {
    const there = changesByJob(is ?? null);
    const wished =
      wish === null ? new Map([...there.keys()].map((number) => [number, GONE])) : changesByJob(wish);
    const left = [...wished].flatMap(([number, job]) =>
      Object.entries(missingOfJob(job, there.get(number))).map(
        ([option, value]) => [`${number}.${option}`, value] as const,
      ),
    );
    return left.length === 0 ? undefined : Object.fromEntries(left);
  },
  refuse: (change, context) => refuseReplication(changesByJob(change), context),
  risks: (change, { before }) =>
    [...changesByJob(change)].flatMap(([number, job]) =>
      job['target'] === null
        ? [
            `removes what job ${number} has replicated to ${changesByJob(before ?? null).get(number)?.['target']}`,
          ]
        : [],
    ),
  step: (change, context) => [...changesByJob(change)].map(([number, job]) => jobStep(number, job, context)),
  write(snapshot, vmid, change) {
    const guest = findGuest(snapshot, vmid);
    const source = isUnknown(guest) || guest === undefined ? {} : { source: guest.node };
    return [...changesByJob(change)].reduce((before, [number, job]) => {
      const id = `${vmid}-${number}`;
      if (job['target'] === null) return withReplicationJob(before, id, { remove_job: 'full' });
      return withReplicationJob(before, id, job['target'] === undefined ? job : { ...job, ...source });
    }, snapshot);
  },
};

const GONE: JobChange = { target: null };

function jobsOf(snapshot: Snapshot, vmid: number) {
  const jobs = replicationJobs(snapshot);
  return isUnknown(jobs) ? jobs : jobs.filter((job: ReplicationJob) => job.vmid === vmid);
}

/** "0.schedule" → schedule of job 0. */
export function changesByJob(value: WantedValue | PropertyValue): ReadonlyMap<string, JobChange> {
  const jobs = new Map<string, Record<string, string | null>>();
  for (const [key, each] of Object.entries(typeof value === 'object' && value !== null ? value : {})) {
    const [number = '', option = ''] = key.split('.');
    jobs.set(number, { ...jobs.get(number), [option]: each });
  }
  return jobs;
}

/** What of a job is not as wanted. */
function missingOfJob(wanted: JobChange, is: JobChange | undefined): JobChange {
  if (wanted['target'] === null) return is === undefined ? {} : GONE;
  const there = is ?? {};
  return Object.fromEntries(
    Object.entries(wanted).filter(([option, value]) =>
      is === undefined ? value !== null : formOf(option, value) !== formOf(option, there[option] ?? null),
    ),
  );
}

/** Texts that mean the same have the same form; what is absent that of its default (PVE::ReplicationConfig). */
function formOf(option: string, value: string | null): string | null {
  if (option === 'schedule') return normalCalendarEvent(value ?? '*/15') ?? value;
  if (option === 'disable') return value ?? '0';
  if (option === 'rate' && value !== null) return String(Number(value));
  return value;
}

function jobStep(number: string, job: JobChange, context: SideContext): DraftStep {
  const { target } = context;
  const before = changesByJob(context.before ?? null).get(number);
  const id = `${target.vmid}-${number}`;
  const flat = Object.entries(job).map(([option, value]) => [`${number}.${option}`, value] as const);
  return {
    node: target.node,
    act: { run: 'call', call: jobCall(id, job, before) },
    guards: [{ require: 'quorum' }],
    locks: [`file${REPLICATION_CFG}@${target.cluster}`],
    effects: [sideEffect(target, 'replication', Object.fromEntries(flat))],
    undo: undoOf(id, job, before),
    detached: false,
    timeoutSeconds: SET_SECONDS,
  };
}

function jobCall(id: string, job: JobChange, before: JobChange | undefined): PveCall {
  const path = `/cluster/replication/${id}`;
  if (job['target'] === null) return { method: 'DELETE', path, params: {} };
  const set = Object.entries(job).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
  if (before === undefined)
    return {
      method: 'POST',
      path: '/cluster/replication',
      params: { id, type: 'local', ...Object.fromEntries(set) },
    };
  const gone = Object.entries(job).flatMap(([key, value]) => (value === null ? [key] : []));
  const params = { ...Object.fromEntries(set), ...(gone.length > 0 && { delete: gone.join(',') }) };
  return { method: 'PUT', path, params };
}

function undoOf(id: string, job: JobChange, before: JobChange | undefined): DraftStep['undo'] {
  if (job['target'] === null) return { impossible: 'the job removes what it has replicated' };
  if (before === undefined) return [{ run: 'call', call: jobCall(id, GONE, undefined) }];
  const back = Object.fromEntries(Object.keys(job).map((option) => [option, before[option] ?? null]));
  return [{ run: 'call', call: jobCall(id, back, before) }];
}

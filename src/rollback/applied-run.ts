import { formatAddress } from '../address.ts';
import type { Change, Plan, Step } from '../plan/plan.ts';
import type { Entry } from '../journal/entry.ts';

/** A change of a run, as far as it was begun. */
export interface AppliedChange {
  readonly cluster: string;
  readonly change: Change;
  /** Steps that were begun: whatever is recorded of their end, what they bring about may be there. */
  readonly begun: readonly Step[];
}

/** What a run did by plans, as its journal tells it. */
export interface AppliedRun {
  readonly changes: readonly AppliedChange[];
  /** Files that it was about as they were before it, by fileKey. */
  readonly before: ReadonlyMap<string, BeforeFile>;
  /** Files as they were read after the last step that touched them. */
  readonly left: ReadonlyMap<string, LeftFile>;
  /** Files that others changed between its steps, by fileKey. */
  readonly interrupted: ReadonlySet<string>;
  /** Commands without a plan (of exec, of cp, of a playbook's tasks) that were begun. */
  readonly commands: readonly string[];
}

export interface BeforeFile {
  readonly cluster: string;
  readonly path: string;
  /** Secrets blanked; null: it was not there. */
  readonly text: string | null;
}

export interface LeftFile {
  /** Null: it was not there. */
  readonly sha1: string | null;
  /** Secrets blanked; undefined: it was not kept, as the run was killed. */
  readonly text?: string | null;
}

export function fileKey(cluster: string, path: string): string {
  return `${cluster} ${path}`;
}

/** Reads the events of a run, or of several that belong together, in their order. */
export function appliedRun(events: Iterable<Entry>): AppliedRun {
  const changes: AppliedChange[] = [];
  const before = new Map<string, BeforeFile>();
  const left = new Map<string, LeftFile>();
  const interrupted = new Set<string>();
  const commands: string[] = [];
  /** Of the plans at hand; each task of a playbook plans anew, with the same ids. */
  let plans: readonly Plan[] = [];
  let planned = new Set<string>();
  let begun = new Set<string>();
  const finish = (): void => {
    changes.push(...plans.flatMap((plan) => begunChanges(plan, begun)));
    begun = new Set();
  };
  for (const event of events) {
    if (event.type === 'planned') {
      finish();
      plans = event.check ? [] : event.plans;
      planned = new Set(plans.flatMap(stepsOf));
    }
    if (event.type === 'step-started') {
      if (planned.has(stepKey(event))) begun.add(stepKey(event));
      else if (!event.step.endsWith('/take-back')) commands.push(event.command);
      for (const [path, sha1] of Object.entries(event.digests ?? {})) {
        const key = fileKey(event.cluster, path);
        const last = left.get(key);
        if (last !== undefined && last.sha1 !== sha1) interrupted.add(key);
        left.delete(key);
      }
    }
    if (event.type === 'step-finished') {
      if (event.outcome === 'not-run') begun.delete(stepKey(event));
      for (const [path, sha1] of Object.entries(event.digests ?? {}))
        left.set(fileKey(event.cluster, path), { sha1 });
    }
    if (event.type === 'files-kept') keep(event, before, left);
    if (event.type === 'command-started') commands.push(event.command);
  }
  finish();
  return { changes, before, left, interrupted, commands };
}

function keep(
  { cluster, files, when }: Extract<Entry, { type: 'files-kept' }>,
  before: Map<string, BeforeFile>,
  left: Map<string, LeftFile>,
): void {
  for (const [path, text] of Object.entries(files)) {
    const key = fileKey(cluster, path);
    if (when === 'before') {
      if (!before.has(key)) before.set(key, { cluster, path, text });
      continue;
    }
    // What could not be read again after its last step is not what the run has left.
    const known = left.get(key);
    if (known !== undefined) left.set(key, { ...known, text });
  }
}

/** Steps without a plan may have the same number: the address tells them apart. */
const stepKey = ({
  cluster,
  step,
  address,
}: {
  readonly cluster: string;
  readonly step: string;
  readonly address: string;
}): string => `${cluster} ${step} ${address}`;

const keyIn = (cluster: string, { address }: Change, { id }: Step): string =>
  stepKey({ cluster, step: id, address: formatAddress(address) });

function stepsOf({ cluster, changes }: Plan): readonly string[] {
  return changes.flatMap((change) => change.steps.map((step) => keyIn(cluster, change, step)));
}

function begunChanges({ cluster, changes }: Plan, begun: ReadonlySet<string>): readonly AppliedChange[] {
  return changes.flatMap((change) => {
    const steps = change.steps.filter((step) => begun.has(keyIn(cluster, change, step)));
    return steps.length === 0 ? [] : [{ cluster, change, begun: steps }];
  });
}

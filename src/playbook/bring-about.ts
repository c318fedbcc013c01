import { formatAddress } from '../address.ts';
import { apply } from '../apply/apply.ts';
import type { Taken } from '../apply/cluster-locks.ts';
import type { Outcome } from '../apply/event.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { overCeilings } from '../plan/brakes.ts';
import type { Change, Plan } from '../plan/plan.ts';
import { predict } from '../plan/predict.ts';
import type { WaitsForRestart } from '../plan/waits-for-restart.ts';
import { waitsForRestart } from '../plan/waits-for-restart.ts';
import type { Spec } from '../spec.ts';
import { lockClusters } from './lock-clusters.ts';
import type { AroundOptions } from './plan-around.ts';
import { planAround } from './plan-around.ts';
import type { Run } from './run-state.ts';

/** How one change of a task's plans ended. */
export interface Ended {
  readonly cluster: string;
  readonly change: Change;
  readonly outcome: Outcome;
  readonly diagnostics: readonly Diagnostic[];
}

/** What became of specs. */
export interface Brought {
  /** Why each host that declared a refused spec fails: nothing of what it declared was done. */
  readonly refused: ReadonlyMap<string, readonly Diagnostic[]>;
  /** Ceilings of the whole run that it would go over: nothing was done, and nobody goes on. */
  readonly over: readonly Diagnostic[];
  readonly ended: readonly Ended[];
}

/** How specs are brought about. */
export interface Bringing {
  /** Unique in the run: it stands in the names of the steps on their nodes. */
  readonly turn: string;
  /** "ask": only whether all of it could be done; it is not shown, and the next tasks know nothing of it. */
  readonly how: 'apply' | 'check' | 'ask';
}

/**
 * Plans specs against the survey as it is now, and applies that (or, in check mode, predicts it); the run's survey is the
 * one after it. "again": another run was waited for meanwhile, and what was declared may be something else now.
 */
export async function bringAbout(
  run: Run,
  specs: readonly Spec[],
  bringing: Bringing,
): Promise<Brought | 'again'> {
  const { how } = bringing;
  const { allowDestroy, rotateSecrets, knownSecrets } = run.options;
  const silentHosts = run.tally.silentHosts();
  const { plans, warnings, secrets, refused, leftOut, given } = planAround(run.survey, specs, {
    allowDestroy,
    rotateSecrets,
    ...(knownSecrets && { knownSecrets }),
    silentHosts,
    given: run.given,
    ...checkpointOf(run),
  });
  run.given = new Map([...run.given, ...given]);
  for (const diagnostic of [...warnings, ...leftOut]) await run.emit({ type: 'diagnostic', diagnostic });
  if (how !== 'ask') await run.emit({ type: 'planned', plans, check: how === 'check' });
  const over = overCeilings([...run.planned, ...plans], run.options.ceilings, 'go on with this run');
  if (over.length > 0) return { refused, over, ended: [] };
  if (how === 'ask') return { refused, over, ended: changesOf(plans).map(wouldChange) };
  const { refused: locked, waited } =
    how === 'check' ? { refused: [], waited: false } : await lockFor(plans, run);
  if (waited && locked.length === 0) return 'again';
  run.planned.push(...plans);
  if (locked.length > 0) {
    const ended = changesOf(plans).map((each) => ({
      ...each,
      outcome: 'failed' as const,
      diagnostics: locked,
    }));
    return { refused, over, ended };
  }
  return { refused, over, ended: await carryOut(plans, secrets, run, bringing) };
}

const wouldChange = (each: Pick<Ended, 'cluster' | 'change'>): Ended => ({
  ...each,
  outcome: each.change.waits === true ? 'ok' : 'changed',
  diagnostics: [],
});

/** A guest is kept once in a run: as it was before its first change. */
function checkpointOf({ options, planned }: Run): Pick<AroundOptions, 'checkpoint' | 'backup'> {
  const { run, checkpointsSince: keptSince, checkpointStorage: storage } = options;
  const changed = planned.flatMap(({ changes }) => changes.map(({ address }) => formatAddress(address)));
  const except = new Set(changed);
  if (storage !== undefined) return { backup: { storage, except } };
  return keptSince === undefined ? {} : { checkpoint: { run, keptSince, except } };
}

/** Nothing to do, or nothing that may be done, needs no lock. */
async function lockFor(plans: readonly Plan[], run: Run): Promise<Taken> {
  const changed = plans.flatMap(({ cluster, changes }) => (changes.length > 0 ? [cluster] : []));
  return run.options.readOnly || changed.length === 0
    ? { refused: [], waited: false }
    : lockClusters(run, changed);
}

function changesOf(plans: readonly Plan[]): readonly Pick<Ended, 'cluster' | 'change'>[] {
  return plans.flatMap(({ cluster, changes }) => changes.map((change) => ({ cluster, change })));
}

async function carryOut(
  plans: readonly Plan[],
  secrets: ReadonlyMap<string, string>,
  run: Run,
  { turn, how }: Bringing,
): Promise<readonly Ended[]> {
  const changes = changesOf(plans);
  if (changes.length === 0) return [];
  const { readOnly, exec, locks, record, recordOf, note, signal, leave } = run.options;
  if (how === 'check') {
    // A task that is only checked in a real run leaves the fleet as it is for those after it.
    if (run.options.check) run.survey = predict(run.survey, plans);
    return changes.map(wouldChange);
  }
  if (readOnly)
    return changes.map((each) => ({
      ...each,
      outcome: 'failed',
      diagnostics: [readOnlyRefusal(each.change)],
    }));
  const told = new Map<string, readonly Diagnostic[]>();
  const applied = await apply(plans, {
    survey: run.survey,
    secrets,
    // A step's id is unique in its plan only; on the nodes it must be so in the whole run.
    run: `${run.options.run}-${turn}`,
    exec,
    mayChange: locks.mayChange,
    record: recordOf?.(plans, secrets) ?? record,
    ...(note !== undefined && { note: (step: string) => note(`${turn}/${step}`) }),
    report: (event) => {
      if (event.type === 'change-finished') told.set(`${event.cluster}#${event.change}`, event.diagnostics);
      run.options.report(event);
    },
    signal,
    ...(leave !== undefined && { leave }),
  });
  run.survey = applied.survey;
  run.commands += applied.commands;
  if (applied.commands > 0) run.known.touch('', 'anything');
  return changes.map((each) => {
    const key = `${each.cluster}#${each.change.id}`;
    const outcome = applied.outcomes.get(key) ?? 'skipped';
    const diagnostics = told.get(key) ?? [];
    if (outcome === 'changed') noteRestart(each.change, run.waiting);
    if (outcome !== 'skipped' || applied.interrupted) return { ...each, outcome, diagnostics };
    return { ...each, outcome: 'failed', diagnostics: [...diagnostics, blocked(each.change)] };
  });
}

/** A guest that was restarted or made anew has all that it waited for. */
function noteRestart(change: Change, waiting: Map<string, WaitsForRestart>): void {
  const address = formatAddress(change.address);
  const waits = waitsForRestart(change);
  const before = waiting.get(address)?.options ?? [];
  if (waits !== undefined)
    waiting.set(address, { address, options: [...new Set([...before, ...waits.options])] });
  else if (change.steps.some(({ effects }) => effects.some(({ brings }) => brings !== 'options')))
    waiting.delete(address);
}

function readOnlyRefusal(change: Change): Diagnostic {
  return problem(
    'refused',
    change,
    'this run is read-only',
    'Leave out --read-only, or see what would change with --check.',
  );
}

function blocked(change: Change): Diagnostic {
  return problem('failed', change, 'a change that it must follow failed');
}

function problem(trouble: Diagnostic['trouble'], change: Change, why: string, hint?: string): Diagnostic {
  const message = `Cannot ${change.action} ${formatAddress(change.address)}: ${why}`;
  const at = change.declaredAt;
  return {
    code: `run/${trouble}`,
    severity: 'error',
    trouble,
    message,
    ...(at && { at }),
    ...(hint !== undefined && { hint }),
  };
}

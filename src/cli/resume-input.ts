import type { Diagnostic, Result } from '../diagnostic.ts';
import { diagnosticsOf, fail, ok } from '../diagnostic.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import type { Entry } from '../journal/entry.ts';
import type { RunChain } from '../journal/run-chain.ts';
import type { OpenStep, PlacedChange, Rest } from '../journal/run-state.ts';
import { openSteps, restOf, stateKey, stateOf } from '../journal/run-state.ts';
import { formatAddress } from '../address.ts';
import { giveBackOf } from '../apply/cluster-locks.ts';
import { stepStarted } from '../apply/step-events.ts';
import { brokenGuards } from '../plan/broken-guards.ts';
import type { Change, Plan } from '../plan/plan.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import { maskText } from '../text/mask.ts';
import type { ApplyInput, PlanMeans } from './apply-input.ts';
import { cannot, findResumed, heldBy } from './resumed-run.ts';
import { secretsOfRest } from './resume-secrets.ts';
import { settleSteps } from './settle-steps.ts';

export interface ResumeOptions {
  readonly directory: string;
  /** The processes of runs that were begun on other machines are gone. */
  readonly isGone: boolean;
  /** For people: what was found out, before the plan is shown. */
  readonly say: (text: string) => void;
}

/** What is left of a run's plan, once it is known how the steps ended that were under way. */
export function resumeInput({ first, runs }: RunChain, options: ResumeOptions): ApplyInput {
  return {
    is: 'run',
    resumes: first,
    continues: runs.map(({ run }) => run),
    nothing: () => `Nothing is left to do of run ${first}.`,
    plan: (survey, means) => planRest(first, survey, means, options),
  };
}

async function planRest(
  first: string,
  survey: Survey,
  means: PlanMeans,
  { directory, isGone, say }: ResumeOptions,
): Promise<Result<DocumentPlan>> {
  // Read when its own journal is open: what somebody else has done meanwhile is known, and who goes on now is seen.
  const resumed = await findResumed(directory, first);
  if (!resumed.ok) return resumed;
  const { chain, entries } = resumed.value;
  const others = chain.runs.filter(({ run }) => run !== means.run);
  const held = await heldBy(first, others, isGone);
  if (held.length > 0) return fail(...held);
  const { planned } = stateOf(entries);
  const known: Entry[] = [...entries];
  const settleOpen = (open: readonly OpenStep[], asked: Survey): Promise<Result<Survey>> =>
    settleSteps(open, asked, {
      ...means,
      tell: async (event) => {
        known.push(event);
        await means.tell(event);
      },
    });
  const open = openSteps(stateOf(entries));
  if (open.length > 0) say(lookingFor(open));
  const found = await settleOpen(open, survey);
  if (!found.ok) return found;
  // What looks as if somebody else had done it may be this run's, when the last records of a journal were lost.
  const left = restOf(planned, first, stateOf(known).steps).plans;
  const lookedFor = new Set(open.map(({ started }) => stateKey(started)));
  const suspected = suspects(left, first, found.value).filter(
    ({ started }) => !lookedFor.has(stateKey(started)),
  );
  const settled = await settleOpen(suspected, found.value);
  if (!settled.ok) return settled;
  const rest = restOf(planned, first, stateOf(known).steps);
  if (rest.plans.length > 0) say(summaryOf(first, rest));
  const { plans, stale } = withoutStale(rest.plans, settled.value);
  if (plans.length === 0) await giveBackLocks(chain, planned, settled.value, means.exec);
  const secrets = await secretsOfRest(resumed.value, plans, settled.value);
  const troubles = [
    ...(plans.length === 0 ? stale : []),
    ...rest.plans.flatMap((plan) => silentNodes(plan, settled.value)),
    ...masked(first, rest.plans),
    ...diagnosticsOf(secrets),
  ];
  if (troubles.length > 0 || !secrets.ok) return fail(...troubles);
  return ok({
    plans,
    secrets: secrets.value,
    refusals: [],
    warnings: [...stale, ...[...rest.failed, ...rest.blocked].map((each) => leftOut(each, rest))],
    // All that it needs has answered; who did not makes no difference to it.
    survey: { ...settled.value, unreachable: [] },
    declared: [],
    specs: [],
    compared: 0,
  });
}

/** Where nothing is gone on with, nobody takes over the locks that the run may have left. */
async function giveBackLocks(
  { runs }: RunChain,
  planned: readonly Plan[],
  { clusters }: Survey,
  exec: PlanMeans['exec'],
): Promise<void> {
  const changed = new Set(planned.map(({ cluster }) => cluster));
  await giveBackOf(
    runs.map(({ run }) => run),
    clusters.filter(({ cluster }) => changed.has(cluster)),
    exec,
  );
}

function lookingFor(open: readonly OpenStep[]): string {
  const steps = open.map(({ started }) => `  ${started.node}: ${started.command}\n`);
  const [were, still] =
    open.length === 1 ? ['1 step was', 'it still runs'] : [`${open.length} steps were`, 'they still run'];
  return `${were} under way; waiting where ${still}:\n${steps.join('')}\n`;
}

/** "Of run R 3 changes are done, 1 has failed, 2 are left." */
function summaryOf(run: string, { plans, done, failed, blocked }: Rest): string {
  const left = plans.reduce((sum, { changes }) => sum + changes.length, 0);
  const changes = (count: number): string => (count === 1 ? '1 change is' : `${count} changes are`);
  const parts = [
    `${changes(done.length)} done`,
    ...(failed.length === 0 ? [] : [`${failed.length} failed`]),
    ...(blocked.length === 0 ? [] : [`${blocked.length} must follow what failed`]),
    `${left} left`,
  ];
  return `Of run ${run} ${parts.join(', ')}.\n\n`;
}

function leftOut({ change }: PlacedChange, { failed }: Rest): Diagnostic {
  const hasFailed = failed.some((each) => each.change === change);
  const what = hasFailed ? 'a step of it has failed' : 'it must follow a change that has failed';
  return {
    code: 'resume/failed-before',
    severity: 'error',
    trouble: 'failed',
    message: `Cannot go on with ${formatAddress(change.address)}: ${what} in this run; it is left out`,
    ...(change.declaredAt && { at: change.declaredAt }),
    hint: 'Mend it, and plan again: what is done already is left alone.',
  };
}

/** The next steps of changes that look changed since, as if they had been begun. */
function suspects(plans: readonly Plan[], first: string, survey: Survey): readonly OpenStep[] {
  return plans.flatMap(({ cluster, changes }) => {
    const snapshot = survey.clusters.find((each) => each.cluster === cluster);
    return changes.flatMap((change) => {
      const [step] = change.steps;
      if (snapshot === undefined || step === undefined) return [];
      if (brokenGuards(change, snapshot).length === 0) return [];
      const state = snapshot.nodes[step.node];
      const boot = state === undefined || isUnknown(state) ? undefined : state.bootId;
      return [{ started: stepStarted(cluster, change, step, { run: first, boot }), step }];
    });
  });
}

/** The plans without what somebody else has changed since, and without what must follow that. */
function withoutStale(
  plans: readonly Plan[],
  survey: Survey,
): { readonly plans: readonly Plan[]; readonly stale: readonly Diagnostic[] } {
  const stale: Diagnostic[] = [];
  const fresh = plans.map(({ cluster, changes }): Plan => {
    const snapshot = survey.clusters.find((each) => each.cluster === cluster);
    const left = new Set<string>();
    for (const change of changes) {
      const what = snapshot === undefined ? [] : brokenGuards(change, snapshot);
      const follows = change.after.some((id) => left.has(id));
      if (what.length === 0 && !follows) continue;
      left.add(change.id);
      stale.push(isStale(change, what[0] ?? 'what it must follow was changed'));
    }
    return { cluster, changes: changes.filter(({ id }) => !left.has(id)) };
  });
  return { plans: fresh.filter(({ changes }) => changes.length > 0), stale };
}

function isStale({ address, declaredAt }: Change, what: string): Diagnostic {
  return {
    code: 'resume/stale',
    severity: 'error',
    trouble: 'stale',
    message: `Cannot go on with ${formatAddress(address)}: ${what} since the run worked on it; it is left alone`,
    ...(declaredAt && { at: declaredAt }),
    hint: 'Plan it again: pvefleet plan DOCUMENT',
  };
}

function silentNodes({ cluster, changes }: Plan, survey: Survey): readonly Diagnostic[] {
  const snapshot = survey.clusters.find((each) => each.cluster === cluster);
  const nodes = new Set(changes.flatMap(({ steps }) => steps.map(({ node }) => node)));
  return [...nodes].flatMap((node): readonly Diagnostic[] => {
    const state = snapshot?.nodes[node];
    if (state !== undefined && !isUnknown(state)) return [];
    return [
      {
        code: 'resume/not-answered',
        severity: 'error',
        trouble: 'unreachable',
        message: `Cannot go on with the run: node ${node} of ${cluster} ${state === undefined ? 'did not answer' : `can't be read, as ${state.unknown}`}; what is left is done as a whole`,
        hint: 'Nothing new was begun. Run it again when the node answers, or plan again for those that do.',
      },
    ];
  });
}

/** What the journal has masked is not known: a secret of the inventory that stood in a command. */
function masked(run: string, plans: readonly Plan[]): readonly Diagnostic[] {
  return plans.flatMap(({ changes }) =>
    changes
      .filter(({ steps }) => JSON.stringify(steps).includes(maskText))
      .map(({ address }) =>
        cannot(
          run,
          'resume/secret',
          'refused',
          `what is left of ${formatAddress(address)} holds a secret of the inventory, which the journal does not`,
          'Apply its document again: what is done already is left alone.',
        ),
      ),
  );
}

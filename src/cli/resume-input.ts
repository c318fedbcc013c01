import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import type { Entry } from '../journal/entry.ts';
import { chainOf } from '../journal/run-chain.ts';
import type { OpenStep, PlacedChange, Rest } from '../journal/run-state.ts';
import { openSteps, restOf, stateOf } from '../journal/run-state.ts';
import { formatAddress } from '../address.ts';
import type { Plan } from '../plan/plan.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import { maskText } from '../text/mask.ts';
import type { ApplyInput, PlanMeans } from './apply-input.ts';
import { cannot, heldBy } from './resumed-run.ts';
import type { ResumedRun } from './resumed-run.ts';
import { settleSteps } from './settle-steps.ts';

export interface ResumeOptions {
  readonly directory: string;
  /** The processes of runs that were begun on other machines are gone. */
  readonly isGone: boolean;
  /** For people: what was found out, before the plan is shown. */
  readonly say: (text: string) => void;
}

/** What is left of a run's plan, once it is known how the steps ended that were under way. */
export function resumeInput(resumed: ResumedRun, options: ResumeOptions): ApplyInput {
  const { first, runs } = resumed.chain;
  return {
    is: 'run',
    resumes: first,
    continues: runs.map(({ run }) => run),
    nothing: `Nothing is left to do of run ${first}.`,
    plan: (survey, means) => planRest(resumed, survey, means, options),
  };
}

async function planRest(
  { chain, entries }: ResumedRun,
  survey: Survey,
  means: PlanMeans,
  { directory, isGone, say }: ResumeOptions,
): Promise<Result<DocumentPlan>> {
  const held = await heldMeanwhile(directory, chain.first, means.run, isGone);
  if (held.length > 0) return fail(...held);
  const before = stateOf(entries);
  const open = openSteps(before);
  if (open.length > 0) say(lookingFor(open));
  const now: Entry[] = [];
  const settled = await settleSteps(open, survey, {
    ...means,
    tell: async (event) => {
      now.push(event);
      await means.tell(event);
    },
  });
  if (!settled.ok) return settled;
  const rest = restOf(before.planned, chain.first, stateOf([...entries, ...now]).steps);
  if (rest.plans.length > 0) say(summaryOf(chain.first, rest));
  const troubles = [
    ...rest.plans.flatMap((plan) => silentNodes(plan, settled.value)),
    ...masked(chain.first, rest.plans),
  ];
  if (troubles.length > 0) return fail(...troubles);
  return ok({
    plans: rest.plans,
    refusals: [],
    warnings: [...rest.failed, ...rest.blocked].map((each) => leftOut(each, rest)),
    // All that it needs has answered; who did not makes no difference to it.
    survey: { ...settled.value, unreachable: [] },
    declared: [],
    specs: [],
    compared: 0,
  });
}

/** Somebody else who resumed it at the same moment; both see each other then, and neither goes on. */
async function heldMeanwhile(
  directory: string,
  first: string,
  own: string,
  isGone: boolean,
): Promise<readonly Diagnostic[]> {
  const chain = await chainOf(directory, first);
  if (!chain.ok) return chain.diagnostics;
  const [run, ...others] = chain.value.runs.filter((each) => each.run !== own);
  return run === undefined ? [] : heldBy({ first, runs: [run, ...others] }, isGone);
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
  const what = hasFailed ? 'it has failed' : 'it must follow a change that has failed';
  return {
    code: 'resume/failed-before',
    severity: 'warning',
    trouble: 'failed',
    message: `${formatAddress(change.address)} is left out, as ${what} before; plan it again when that is mended`,
    ...(change.declaredAt && { at: change.declaredAt }),
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

/** A journal holds no secrets: a step whose command had one can't be told from it. */
function masked(run: string, plans: readonly Plan[]): readonly Diagnostic[] {
  return plans.flatMap(({ changes }) =>
    changes
      .filter(({ steps }) => JSON.stringify(steps).includes(maskText))
      .map(({ address }) =>
        cannot(
          run,
          'resume/secret',
          'refused',
          `what is left of ${formatAddress(address)} holds a secret, and the journal does not`,
          'Apply its document again: what is done already is left alone.',
        ),
      ),
  );
}

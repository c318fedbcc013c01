import type { Diagnostic } from '../diagnostic.ts';
import { findModule } from '../modules/registry.ts';
import type { Step } from '../plan/plan.ts';
import { refreshAlone } from '../snapshot/read-back.ts';
import type { ReadBack, Reread } from '../snapshot/read-back.ts';
import type { NodeState, Unknown } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Begin } from './claim-script.ts';
import type { ExecStepContext } from './exec-step.ts';
import { execStep } from './exec-step.ts';
import { isGone } from './judge.ts';

export interface RanStep {
  /** The command ended well, or nobody knows and its effects are there; `missing` says whether they are. */
  readonly done: boolean;
  /** Its node was lost in the middle: it may go on there. */
  readonly inDoubt: boolean;
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly diagnostics: readonly Diagnostic[];
  /** SHA-1 of the change's files as they are now, for its next step. */
  readonly digests: Readonly<Record<string, string>>;
  /** SHA-1 of the files that were read again; null: not there. */
  readonly touched: Readonly<Record<string, string | null>>;
  /** What the step touched as it was read again; none: it could not be. */
  readonly reread?: Reread;
  /** What of the step's effects is missing there, when its command ended well. */
  readonly missing: readonly Diagnostic[];
}

/** What one step runs with. */
export interface StepContext extends Pick<
  ExecStepContext,
  'exec' | 'signal' | 'leave' | 'mayChange' | 'note' | 'onProgress' | 'secrets'
> {
  readonly survey: Survey;
  readonly unit: string;
  readonly begin: Begin;
  readonly boot: string | undefined;
}

/** Runs one step on its node: guards, command and reading again are one exec. Never throws for what a node does. */
export async function runStep(
  cluster: string,
  step: Step,
  digests: Readonly<Record<string, string>>,
  context: StepContext,
): Promise<RanStep> {
  const state = nodeOf(context.survey, cluster, step.node);
  if (isUnknown(state)) return notRun([noHost(cluster, step.node, state)], digests);
  const executed = await execStep(step, state.host, { ...context, digests, files: touchedBy(step) });
  const { verdict, readBack, inDoubt } = executed;
  if (!readBack.ok) {
    // What came of it is not known as long as it can't be read.
    const isOpen = inDoubt || verdict.exit === 0 || isGone(verdict);
    return { ...notRun(verdict.diagnostics, digests), ...verdict, inDoubt: isOpen };
  }
  const reread: Reread = { ...readBack.value, node: step.node };
  const missing = verdict.done || isGone(verdict) ? missingAfter(cluster, step, reread, context.survey) : [];
  const isThere = isGone(verdict) && step.effects.length > 0 && missing.length === 0;
  return {
    ...verdict,
    ...(isThere && { done: true, diagnostics: [endUnknown(step, state.host)] }),
    inDoubt,
    digests: { ...digests, ...digestsOf(readBack.value) },
    touched: touchedNow(readBack.value),
    reread,
    missing: verdict.done ? missing : [],
  };
}

/** Exit 0 is no proof: the effects are looked for in what was read again. */
function missingAfter(cluster: string, step: Step, reread: Reread, survey: Survey): readonly Diagnostic[] {
  const before = survey.clusters.find((each) => each.cluster === cluster);
  if (before === undefined) return [];
  const after = refreshAlone(before, reread);
  return step.effects.flatMap((effect) => findModule(effect.address.kind)?.verify(after, effect) ?? []);
}

/** A node as the survey knows it. */
export function nodeOf(survey: Survey, cluster: string, node: string): NodeState | Unknown {
  const found = survey.clusters.find((each) => each.cluster === cluster)?.nodes[node];
  return found ?? { unknown: 'it is no member' };
}

function noHost(cluster: string, node: string, { unknown }: Unknown): Diagnostic {
  return {
    code: 'apply/no-host',
    severity: 'error',
    trouble: 'unreachable',
    message: `Cannot run a step on ${node} of ${cluster}: ${unknown}`,
    hint: 'Add it to the inventory, or mend it, and plan again.',
  };
}

function endUnknown(step: Step, host: string): Diagnostic {
  return {
    code: 'apply/end-unknown',
    severity: 'warning',
    trouble: 'failed',
    message: `How step ${step.id} ended is not known; what it is for is there, so it counts as done`,
    host,
  };
}

function touchedBy(step: Step): readonly string[] {
  return [
    ...new Set(step.effects.flatMap((effect) => findModule(effect.address.kind)?.touches(effect) ?? [])),
  ];
}

function notRun(diagnostics: readonly Diagnostic[], digests: Readonly<Record<string, string>>): RanStep {
  return {
    done: false,
    inDoubt: false,
    exit: null,
    stdout: '',
    stderr: '',
    diagnostics,
    digests,
    touched: {},
    missing: [],
  };
}

function digestsOf(readBack: ReadBack): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(readBack.files).flatMap(([path, file]) =>
      file?.sha1 === undefined ? [] : [[path, file.sha1]],
    ),
  );
}

function touchedNow({ files }: ReadBack): RanStep['touched'] {
  return Object.fromEntries(Object.entries(files).map(([path, file]) => [path, file?.sha1 ?? null]));
}

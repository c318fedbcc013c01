import type { Diagnostic } from '../diagnostic.ts';
import { findModule } from '../modules/registry.ts';
import type { Step } from '../plan/plan.ts';
import { refreshAlone } from '../snapshot/read-back.ts';
import type { ReadBack, Reread } from '../snapshot/read-back.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Exec } from './exec.ts';
import { execStep } from './exec-step.ts';

export interface RanStep {
  /** The command ended well; `missing` says whether its effects are there. */
  readonly done: boolean;
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

/** Runs one step on its node: guards, command and reading again are one exec. Never throws for what a node does. */
export async function runStep(
  cluster: string,
  step: Step,
  digests: Readonly<Record<string, string>>,
  context: {
    readonly survey: Survey;
    readonly run: string;
    readonly exec: Exec;
    readonly signal: AbortSignal;
    readonly note?: (step: string) => string;
  },
): Promise<RanStep> {
  const host = hostOf(context.survey, cluster, step.node);
  if (typeof host !== 'string') return notRun(host, digests);
  const { verdict, readBack } = await execStep(step, host, { ...context, digests, files: touchedBy(step) });
  if (!readBack.ok) return { ...notRun(verdict.diagnostics, digests), ...verdict };
  const reread: Reread = { ...readBack.value, node: step.node };
  return {
    ...verdict,
    digests: { ...digests, ...digestsOf(readBack.value) },
    touched: touchedNow(readBack.value),
    reread,
    missing: verdict.done ? missingAfter(cluster, step, reread, context.survey) : [],
  };
}

/** Exit 0 is no proof: the effects are looked for in what was read again. */
function missingAfter(cluster: string, step: Step, reread: Reread, survey: Survey): readonly Diagnostic[] {
  const before = survey.clusters.find((each) => each.cluster === cluster);
  if (before === undefined) return [];
  const after = refreshAlone(before, reread);
  return step.effects.flatMap((effect) => findModule(effect.address.kind)?.verify(after, effect) ?? []);
}

function hostOf(survey: Survey, cluster: string, node: string): string | readonly Diagnostic[] {
  const state = survey.clusters.find((each) => each.cluster === cluster)?.nodes[node];
  if (state !== undefined && !isUnknown(state)) return state.host;
  return [
    {
      code: 'apply/no-host',
      severity: 'error',
      trouble: 'unreachable',
      message: `Cannot run a step on ${node} of ${cluster}: ${state === undefined ? 'it is no member' : state.unknown}`,
      hint: 'Add it to the inventory, or mend it, and plan again.',
    },
  ];
}

function touchedBy(step: Step): readonly string[] {
  return [
    ...new Set(step.effects.flatMap((effect) => findModule(effect.address.kind)?.touches(effect) ?? [])),
  ];
}

function notRun(diagnostics: readonly Diagnostic[], digests: Readonly<Record<string, string>>): RanStep {
  return {
    done: false,
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

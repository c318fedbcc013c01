import type { Diagnostic, Result } from '../diagnostic.ts';
import { findModule } from '../modules/registry.ts';
import type { Step } from '../plan/plan.ts';
import { newNonce } from '../snapshot/probe.ts';
import { parseReadBack, readBackScript, refresh } from '../snapshot/read-back.ts';
import type { ReadBack } from '../snapshot/read-back.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Finished } from '../transports/transport.ts';
import type { Exec } from './exec.ts';
import { judge } from './judge.ts';
import { stepScript } from './step-script.ts';

/** Times that a detached step is looked for again after its connection was lost. */
const ATTACH_TRIES = 3;

/** Seconds beyond a step's own time that its exec may take, for guards and reading again. */
const EXEC_GRACE_SECONDS = 60;

export interface RanStep {
  /** The command ended well; verify() says whether its effects are there. */
  readonly done: boolean;
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly diagnostics: readonly Diagnostic[];
  /** SHA-1 of the change's files as they are now, for its next step. */
  readonly digests: Readonly<Record<string, string>>;
  /** The survey with what the step touched as it was read again. */
  refresh(survey: Survey): Survey;
  /** What of the step's effects is missing there. */
  verify(survey: Survey): readonly Diagnostic[];
}

/** Runs one step on its node: guards, command and reading again are one exec. Never throws for what a node does. */
export async function runStep(
  cluster: string,
  step: Step,
  digests: Readonly<Record<string, string>>,
  { survey, run, exec }: { readonly survey: Survey; readonly run: string; readonly exec: Exec },
): Promise<RanStep> {
  const host = hostOf(survey, cluster, step.node);
  if (typeof host !== 'string') return notRun(host, digests);
  const touched = touchedBy(step);
  const nonce = newNonce();
  const unit = `${run}-${step.id.replaceAll('/', '-')}`;
  const script = (attach: boolean): string =>
    stepScript(step, { unit, digests, readBack: readBackScript({ files: touched }, nonce), attach });
  const options = { timeoutSeconds: step.timeoutSeconds + EXEC_GRACE_SECONDS };
  let finished: Result<Finished> = await exec(host, script(false), options);
  for (
    let tries = 0;
    step.detached && !finished.ok && lostConnection(finished.diagnostics) && tries < ATTACH_TRIES;
    tries++
  ) {
    finished = await exec(host, script(true), options);
  }
  if (!finished.ok) return notRun(finished.diagnostics, digests);
  const readBack = parseReadBack(finished.value.stdout, nonce);
  const verdict = judge(step, host, finished.value, readBack);
  if (!readBack.ok) return { ...notRun(verdict.diagnostics, digests), ...verdict };
  return {
    ...verdict,
    digests: { ...digests, ...digestsOf(readBack.value) },
    refresh: (before) =>
      withCluster(before, cluster, (snapshot) => refresh(snapshot, step.node, readBack.value)),
    verify: (after) => {
      const snapshot = after.clusters.find((each) => each.cluster === cluster);
      return snapshot === undefined
        ? []
        : step.effects.flatMap((effect) => findModule(effect.address.kind)?.verify(snapshot, effect) ?? []);
    },
  };
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
    refresh: (survey) => survey,
    verify: () => [],
  };
}

function lostConnection(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ code }) => code === 'transport/connection-lost');
}

function digestsOf(readBack: ReadBack): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(readBack.files).flatMap(([path, file]) =>
      file?.sha1 === undefined ? [] : [[path, file.sha1]],
    ),
  );
}

function withCluster(survey: Survey, cluster: string, change: (snapshot: Snapshot) => Snapshot): Survey {
  return {
    ...survey,
    clusters: survey.clusters.map((each) => (each.cluster === cluster ? change(each) : each)),
  };
}

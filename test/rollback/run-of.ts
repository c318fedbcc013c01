import { formatAddress } from '../../src/address.ts';
import { keptFiles } from '../../src/apply/kept-files.ts';
import type { Entry } from '../../src/journal/entry.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { planFiles } from '../../src/plan/plan-files.ts';
import { predict } from '../../src/plan/predict.ts';
import type { AppliedRun } from '../../src/rollback/applied-run.ts';
import { appliedRun } from '../../src/rollback/applied-run.ts';
import type { Rollback } from '../../src/rollback/plan-rollback.ts';
import { planRollback } from '../../src/rollback/plan-rollback.ts';
import { touchedBy } from '../../src/rollback/touched.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import type { Spec } from '../../src/spec.ts';

type Args = Readonly<Record<string, unknown>>;

export function specOf(kind: string, args: Args): Spec {
  return { kind, args, positions: {}, declaredBy: 'test' };
}

/** Plans of specs that must not be refused. */
export function plansOf(survey: Survey, ...specs: readonly Spec[]): readonly Plan[] {
  const planned = makePlan(survey, specs, { allowDestroy: true });
  const refused = planned.refusals.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message));
  if (refused.length > 0) throw new Error(refused.join('\n'));
  return planned.plans;
}

/** What a journal has of an apply that did all that the plans say. */
export function journalOf(plans: readonly Plan[], after: Survey, before?: Survey): readonly Entry[] {
  const [snapshot] = after.clusters;
  return [
    { type: 'planned', plans, check: false },
    ...(before === undefined ? [] : keptFiles(plans, before, 'before')),
    ...plans.flatMap((plan) =>
      plan.changes.flatMap(({ address, steps }) =>
        steps.flatMap(({ id, node }): readonly Entry[] => {
          const about = {
            at: '',
            cluster: plan.cluster,
            step: id,
            address: formatAddress(address),
            node,
            command: '',
          };
          const digests = planFiles(plan).map((path) => [path, snapshot?.digests[path] ?? null] as const);
          const ended = {
            outcome: 'done',
            exit: 0,
            seconds: 0,
            stdout: '',
            stderr: '',
            diagnostics: [],
          } as const;
          return [
            { type: 'step-started', ...about },
            { type: 'step-finished', ...about, ...ended, digests: Object.fromEntries(digests) },
          ];
        }),
      ),
    ),
    ...keptFiles(plans, after, 'after'),
  ];
}

/** Applies specs one after the other, each as an apply of its own of one run. */
export function runOf(
  start: Survey,
  ...specs: readonly Spec[]
): { readonly run: AppliedRun; readonly left: Survey } {
  let left = start;
  const entries: Entry[] = [];
  for (const spec of specs) {
    const plans = plansOf(left, spec);
    const before = left;
    left = predict(left, plans);
    entries.push(...journalOf(plans, left, before));
  }
  return { run: appliedRun(entries), left };
}

export function rollbackOf(run: AppliedRun, now: Survey): Rollback {
  return planRollback(touchedBy(run.changes), run, now, 'test');
}

import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { actArgv } from '../apply/step-script.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import { planDocument } from '../documents/plan-document.ts';
import type { Plan } from '../plan/plan.ts';
import { predict } from '../plan/predict.ts';
import { showCommand } from '../pve/render-call.ts';
import { shJoin } from '../text/sh-quote.ts';
import type { Survey } from '../snapshot/survey.ts';
import { withoutDigests } from '../report/step-lines.ts';
import type { Declared, Place, TestStep } from './test-step.ts';

/** The plan of what a step declares; refused as a whole when a part of it is, or when it is about anything but the test's own guests. */
export function planDeclared(
  declares: readonly Declared[],
  survey: Survey,
  place: Place,
): Result<DocumentPlan> {
  const specs = declares.map(({ kind, args }) => ({
    kind,
    args,
    positions: {},
    cluster: place.cluster,
    declaredBy: 'pvefleet selftest',
  }));
  const planned = planDocument(specs, survey, { allowDestroy: true });
  if (!planned.ok) return planned;
  const { refusals, plans } = planned.value;
  const refused = refusals.flatMap(({ diagnostics }) => diagnostics);
  if (refused.length > 0) return fail(...refused);
  const stray = strayIn(plans, place);
  return stray === undefined ? planned : fail(stray);
}

/** Nothing but guests of the test's own VMIDs, on its own node, may be in a plan. */
function strayIn(plans: readonly Plan[], { node, cluster, vmids }: Place): Diagnostic | undefined {
  const own = new Set(Object.values(vmids).map(String));
  const changes = plans.flatMap((plan) => plan.changes.map((change) => ({ plan, change })));
  const stray = changes.find(
    ({ plan, change }) =>
      plan.cluster !== cluster ||
      !own.has(change.address.name.split('/')[0] ?? '') ||
      change.steps.some((step) => step.node !== node),
  );
  if (stray === undefined) return undefined;
  const { kind, name } = stray.change.address;
  return {
    code: 'selftest/stray',
    severity: 'error',
    trouble: 'refused',
    message: `Cannot go on with the self-test: a plan of it would change ${kind}/${name} of ${stray.plan.cluster}; nothing but its own VMIDs on ${node} may be changed`,
    hint: 'This is a bug of pvefleet: please report it.',
  };
}

/** The commands of plans, in order, as they are typed. */
export function commandsOf(plans: readonly Plan[]): readonly string[] {
  return plans.flatMap(({ changes }) =>
    changes.flatMap(({ steps }) => steps.map(({ act }) => withoutDigests(showCommand(actArgv(act))))),
  );
}

/** VMIDs of the guests that plans make. */
export function guestsMade(plans: readonly Plan[]): readonly number[] {
  return plans.flatMap(({ changes }) =>
    changes
      .filter(({ action, address }) => action === 'create' && address.kind !== 'snapshot')
      .map(({ address }) => Number(address.name)),
  );
}

/** A step, and the commands that will come of it. */
export interface ForeseenStep {
  readonly step: TestStep;
  readonly commands: readonly string[];
  readonly plans: readonly Plan[];
}

/** All steps planned one after the other, each against what the one before is predicted to leave. */
export function foresee(
  steps: readonly TestStep[],
  survey: Survey,
  place: Place,
): Result<readonly ForeseenStep[]> {
  const foreseen: ForeseenStep[] = [];
  let then = survey;
  for (const step of steps) {
    if ('runs' in step.does) {
      foreseen.push({ step, commands: [shJoin(step.does.runs)], plans: [] });
      continue;
    }
    const planned = planDeclared(step.does.declares, then, place);
    if (!planned.ok) return planned;
    const { plans } = planned.value;
    foreseen.push({ step, commands: commandsOf(plans), plans });
    then = predict(then, plans);
  }
  return ok(foreseen);
}

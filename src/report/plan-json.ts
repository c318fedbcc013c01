import { actArgv } from '../apply/step-script.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import type { Brakes } from '../plan/brakes.ts';
import { overCeilings } from '../plan/brakes.ts';
import { summarize } from '../plan/summarize.ts';
import { showCommand } from '../pve/render-call.ts';

/** A plan as one JSON text with a line break: plans (each step with its `command`), refusals, warnings, unreachable, brakes, summary. */
export function planJson(
  { plans, refusals, warnings, survey, compared }: DocumentPlan,
  brakes: Brakes,
): string {
  const document = {
    plans: plans.map((plan) => ({
      ...plan,
      changes: plan.changes.map((change) => ({
        ...change,
        steps: change.steps.map((step) => ({ ...step, command: showCommand(actArgv(step.act)) })),
      })),
    })),
    refusals: refusals.map(({ spec, diagnostics }) => ({
      kind: spec.kind,
      at: spec.positions[''],
      declaredBy: spec.declaredBy,
      diagnostics,
    })),
    warnings,
    unreachable: survey.unreachable,
    brakes: { ...brakes, refusals: overCeilings(plans, brakes) },
    summary: { ...summarize(plans), refused: refusals.length, compared },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

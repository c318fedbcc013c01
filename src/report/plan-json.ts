import { actArgv } from '../apply/step-script.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import { showCommand } from '../pve/render-call.ts';
import { summarize } from './plan-summary.ts';

/** A plan as one JSON text with a line break: plans (each step with its `command`), refusals, warnings, unreachable, summary. */
export function planJson({ plans, refusals, warnings, survey, compared }: DocumentPlan): string {
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
    summary: { ...summarize(plans), refused: refusals.length, compared },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

import { formatAddress } from '../address.ts';
import { actArgv } from '../apply/step-script.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import { waitingOfDocument } from '../documents/waiting-of-document.ts';
import type { Brakes } from '../plan/brakes.ts';
import { overCeilings } from '../plan/brakes.ts';
import { summarize } from '../plan/summarize.ts';
import { showCommand } from '../pve/render-call.ts';

/** A plan as one JSON text with a line break: plans (each step with its `command`), needsRestart, refusals, warnings, unreachable, brakes, summary. */
export function planJson(plan: DocumentPlan, brakes: Brakes): string {
  const { plans, refusals, warnings, survey, compared } = plan;
  const document = {
    plans: plans.map((each) => ({
      ...each,
      changes: each.changes.map((change) => ({
        ...change,
        steps: change.steps.map((step) => ({ ...step, command: showCommand(actArgv(step.act)) })),
      })),
    })),
    needsRestart: waitingOfDocument(plan).map((each) => ({
      ...each,
      address: formatAddress(each.address),
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

import type { DocumentPlan } from '../documents/plan-document.ts';
import { waitingOfDocument } from '../documents/waiting-of-document.ts';
import type { Brakes } from '../plan/brakes.ts';
import { overCeilings } from '../plan/brakes.ts';
import { planText } from '../report/plan-text.ts';
import type { Surroundings } from './command.ts';
import { printDiagnostics } from './print-diagnostics.ts';

/** The plan of a document for people: who did not answer, the changes, then what is refused, the ceilings too. `nothing`: what is said when there is nothing to do. */
export function showPlan(
  plan: DocumentPlan,
  brakes: Brakes,
  { stdout, stderr }: Pick<Surroundings, 'stdout' | 'stderr'>,
  nothing?: (plan: DocumentPlan) => string,
): void {
  const { plans, refusals, warnings, survey, compared, stays = [] } = plan;
  printDiagnostics([...survey.unreachable, ...stays, ...warnings], stderr);
  const isQuiet = refusals.length === 0 && (compared > 0 || warnings.length === 0);
  if (plans.length === 0 && nothing !== undefined) {
    if (refusals.length === 0) stdout.write(`${nothing(plan)}\n`);
  } else if (plans.length > 0 || isQuiet) {
    stdout.write(
      planText(plans, {
        colour: stdout.colour,
        width: stdout.columns,
        declared: compared,
        brakes,
        waiting: waitingOfDocument(plan),
      }),
    );
  }
  printDiagnostics(
    [...refusals.flatMap(({ diagnostics }) => diagnostics), ...overCeilings(plans, brakes)],
    stderr,
  );
}

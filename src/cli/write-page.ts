import type { Diagnostic, Result } from '../diagnostic.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import type { DriftReport } from '../documents/drift-of-document.ts';
import { hideTexts } from '../journal/hide-texts.ts';
import type { Brakes } from '../plan/brakes.ts';
import { overCeilings } from '../plan/brakes.ts';
import type { DriftToShow } from '../report/html/drift-html.ts';
import { driftHtml } from '../report/html/drift-html.ts';
import type { MadeBy, PlanToShow } from '../report/html/plan-html.ts';
import { planHtml } from '../report/html/plan-html.ts';
import type { CliContext } from './command.ts';
import { recordOfCaller } from './run-record.ts';
import { writeReport } from './write-report.ts';

type PageContext = Pick<CliContext, 'mask' | 'positionals'>;

/** Writes a plan as a page. */
export function writePlanPage(
  file: string,
  { plans, refusals, warnings, survey, compared }: DocumentPlan,
  brakes: Brakes,
  context: PageContext,
): Promise<Result<void>> {
  const diagnostics: readonly Diagnostic[] = [
    ...refusals.flatMap((refusal) => refusal.diagnostics),
    ...overCeilings(plans, brakes),
    ...survey.unreachable,
    ...warnings,
  ];
  const clusters = survey.clusters.map(({ cluster, nodes }) => ({
    name: cluster,
    nodes: Object.keys(nodes),
  }));
  const shown = hideTexts({ plans, diagnostics, clusters, compared, brakes }, context.mask) as PlanToShow;
  return writeReport(file, planHtml(shown, madeBy(context)));
}

/** Writes a drift as a page. */
export function writeDriftPage(
  file: string,
  { different, needsRestart, undeclared, refusals, warnings, unreachable, compared }: DriftReport,
  context: PageContext,
): Promise<Result<void>> {
  const told = { different, needsRestart, undeclared, refusals, warnings, unreachable, compared };
  const shown = hideTexts(told, context.mask) as DriftToShow;
  return writeReport(file, driftHtml(shown, madeBy(context)));
}

function madeBy({ positionals }: PageContext): MadeBy {
  return { at: new Date().toISOString(), ...recordOfCaller(), file: positionals[0] ?? 'the document' };
}

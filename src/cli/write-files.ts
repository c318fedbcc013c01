import type { Diagnostic, Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import type { DriftReport } from '../documents/drift-of-document.ts';
import { hideTexts } from '../journal/hide-texts.ts';
import type { Brakes } from '../plan/brakes.ts';
import { overCeilings } from '../plan/brakes.ts';
import type { DriftToTest } from '../report/drift-junit.ts';
import { driftJunit } from '../report/drift-junit.ts';
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

/** Writes a drift into the files that were asked for. */
export async function writeDriftFiles(
  drift: DriftReport,
  { junit, html }: { readonly junit: string | undefined; readonly html: string | undefined },
  seconds: number,
  context: PageContext,
): Promise<Result<void>> {
  const told = { ...drift, declared: drift.declared.map(({ address }) => ({ address })) };
  const shown = hideTexts(told, context.mask) as DriftToTest;
  const written = junit === undefined ? ok(undefined) : await writeReport(junit, driftJunit(shown, seconds));
  if (!written.ok || html === undefined) return written;
  return writeReport(html, driftHtml(shown, madeBy(context)));
}

function madeBy({ positionals }: PageContext): MadeBy {
  return { at: new Date().toISOString(), ...recordOfCaller(), file: positionals[0] ?? 'the document' };
}

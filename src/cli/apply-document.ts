import { userInfo } from 'node:os';
import { apply } from '../apply/apply.ts';
import type { Event, HostRecap, Outcome } from '../apply/event.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import { planDocument, troubleOf } from '../documents/plan-document.ts';
import { openJournal, runId, stateDirectory } from '../journal/journal.ts';
import { jsonLinesReport } from '../report/json-lines.ts';
import { terminalReport } from '../report/terminal.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import { survey as surveyNodes } from '../snapshot/survey.ts';
import type { Spec } from '../spec.ts';
import type { flags } from './apply.ts';
import type { CliContext } from './command.ts';
import { confirm } from './confirm.ts';
import type { Fleet } from './connect.ts';
import { execByHost } from './exec-by-host.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';
import { printDiagnostics } from './print-diagnostics.ts';
import { showPlan } from './show-plan.ts';

type ApplyContext = CliContext<typeof flags>;

/** Surveys, plans, shows, asks, applies; gives the exit code. When anything is refused, nothing is applied. */
export async function applyDocument(specs: readonly Spec[], fleet: Fleet, context: ApplyContext): Promise<number> {
  const run = runId(new Date());
  const started = performance.now();
  const survey = await surveyNodes(fleet.nodes, execByHost(fleet));
  const planned = planDocument(specs, survey, { allowDestroy: context.flags['allow-destroy'] });
  if (!planned.ok) {
    printDiagnostics(planned.diagnostics, context.stderr);
    return exitCodeFor(planned.diagnostics);
  }
  const plan = planned.value;
  const opening = openingEvents(run, plan, (performance.now() - started) / 1000);
  if (context.flags.json) opening.forEach(jsonLinesReport(context.stdout));
  else showPlan(plan, context);
  if (plan.refusals.length > 0) return refuse(plan, context);
  if (plan.plans.length === 0) return exitCodeFor(troubleOf(plan));
  const objection = context.flags.yes ? undefined : await confirm(plan.plans, context);
  if (objection !== undefined) {
    printDiagnostics([objection], context.stderr);
    return context.signal.aborted ? exitCode.interrupted : exitCodeFor([objection]);
  }
  return carryOut(run, plan, opening, fleet, context);
}

/** What had happened before anybody was asked. */
function openingEvents(run: string, { survey, plans, warnings, refusals }: DocumentPlan, seconds: number): readonly Event[] {
  const clusters = survey.clusters.map(({ cluster, nodes }) => ({ name: cluster, nodes: Object.keys(nodes) }));
  return [
    { type: 'run-started', run, at: new Date().toISOString(), argv: process.argv.slice(2), user: userInfo().username },
    { type: 'surveyed', clusters, unreachable: survey.unreachable, seconds },
    ...[...warnings, ...refusals.flatMap(({ diagnostics }) => diagnostics)].map((diagnostic) => ({ type: 'diagnostic', diagnostic }) as const),
    { type: 'planned', plans, check: false },
  ];
}

function refuse(plan: DocumentPlan, { stderr }: ApplyContext): number {
  const count = plan.refusals.length;
  stderr.write(`Nothing was applied: ${count} ${count === 1 ? 'resource is' : 'resources are'} refused.\n`);
  return exitCodeFor(troubleOf(plan));
}

async function carryOut(run: string, plan: DocumentPlan, opening: readonly Event[], fleet: Fleet, context: ApplyContext): Promise<number> {
  const { stdout, signal, flags: given, env } = context;
  const journal = await openJournal(run, stateDirectory(given.state, env));
  const show = given.json ? jsonLinesReport(stdout) : terminalReport(stdout, signal);
  const diagnostics: Diagnostic[] = [...plan.survey.unreachable];
  const report = (event: Event): void => {
    if (event.type === 'change-finished') diagnostics.push(...event.diagnostics);
    show(event);
  };
  const tell = async (event: Event): Promise<void> => {
    await journal.record(event);
    report(event);
  };
  const started = performance.now();
  for (const event of opening) await journal.record(event);
  const { outcomes, interrupted, commands } = await apply(plan.plans, { survey: plan.survey, run, exec: execByHost(fleet), record: journal.record, report, signal });
  const exit = interrupted ? exitCode.interrupted : exitOf(outcomes, diagnostics);
  await tell({ type: 'recap', hosts: recapOf(plan, outcomes), commands, seconds: (performance.now() - started) / 1000, interrupted });
  await tell({ type: 'run-finished', at: new Date().toISOString(), exit });
  await journal.close();
  return exit;
}

type Outcomes = ReadonlyMap<string, Outcome>;

/** The gravest of what went wrong; a change that failed or was left out counts even if nothing else tells of it. */
function exitOf(outcomes: Outcomes, diagnostics: readonly Diagnostic[]): number {
  const told = exitCodeFor(diagnostics);
  const allChanged = [...outcomes.values()].every((outcome) => outcome === 'changed');
  return told === exitCode.done && !allChanged ? exitCode.failed : told;
}

/** How the changes on each host ended. */
function recapOf({ plans, survey }: DocumentPlan, outcomes: Outcomes): Readonly<Record<string, HostRecap>> {
  const hosts: Record<string, HostRecap> = {};
  for (const { cluster, changes } of plans) {
    const nodes = survey.clusters.find((snapshot) => snapshot.cluster === cluster)?.nodes ?? {};
    for (const { id, node } of changes) {
      const state = nodes[node];
      const host = state === undefined || isUnknown(state) ? node : state.host;
      const before = hosts[host] ?? { ok: 0, changed: 0, failed: 0, skipped: 0, unreachable: 0 };
      const outcome = outcomes.get(`${cluster}#${id}`) ?? 'skipped';
      hosts[host] = { ...before, [outcome]: before[outcome] + 1 };
    }
  }
  return hosts;
}

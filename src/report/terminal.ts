import type { WaitsForRestart } from '../plan/waits-for-restart.ts';
import type { Event, ReportEvent } from '../apply/event.ts';
import { isLive } from '../apply/event.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { diagnosticLines } from './diagnostic-text.ts';
import type { FoldedSteps } from './folded-steps.ts';
import { createFoldedSteps } from './folded-steps.ts';
import { hostNames } from './host-names.ts';
import type { LiveReport } from './live-report.ts';
import { liveReport } from './live-report.ts';
import type { Paint } from './paint.ts';
import { painter } from './paint.ts';
import { plainReport } from './plain-report.ts';
import { changesText } from './plan-text.ts';
import { duration } from './printable.ts';
import { stoppingLines } from './stopping-lines.ts';
import { finishedStepLines } from './step-lines.ts';
import type { TaskResult } from './task-lines.ts';
import { recapLines, resultLines } from './task-lines.ts';

export interface ReportOutput {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
}

/** A run told to people. */
export interface TerminalReport {
  tell(event: ReportEvent): void;
  /** Takes in what people were shown by other means. */
  know(event: ReportEvent): void;
}

export interface TerminalOptions {
  /** Somebody else may write when it aborts. */
  readonly signal?: AbortSignal;
  /** With `output` also what commands said that went well. */
  readonly detail?: 'changes' | 'output';
}

interface Report {
  readonly out: ReportOutput;
  readonly paint: Paint;
  readonly live: LiveReport;
  readonly folded: FoldedSteps;
  readonly detail: 'changes' | 'output';
  /** Diagnostics that were printed: a step's come again with its change and its task. */
  readonly told: Set<string>;
  /** Results of the task at hand, held back so that hosts with the same one share a line. */
  results: TaskResult[];
  check: boolean;
  notRun: number;
  left: number;
}

/**
 * Tells a run to people, from its events alone: headers in Ansible's words, changes like a diff, what runs now (on a
 * terminal as lines rewritten in place), failures at once, a recap.
 */
export function terminalReport(
  out: ReportOutput,
  { signal, detail = 'changes' }: TerminalOptions = {},
): TerminalReport {
  const paint = painter(out.colour);
  const write = (text: string): void => out.write(text);
  const live = out.isTTY ? liveReport(write, () => out, paint) : plainReport(write, paint);
  signal?.addEventListener('abort', () => live.stop(), { once: true });
  const report: Report = {
    out,
    paint,
    live,
    folded: createFoldedSteps(),
    detail,
    told: new Set(),
    results: [],
    check: false,
    notRun: 0,
    left: 0,
  };
  return {
    tell: (event) => tell(event, report),
    know: (event) => {
      // What a resume had found out before is no part of its plan.
      if (event.type === 'planned') report.notRun = 0;
      live.see(event);
    },
  };
}

function tell(event: ReportEvent, report: Report): void {
  if (event.type === 'task-finished' && !hasNews(event, report)) {
    report.results.push({ ...event, diagnostics: [] });
    return;
  }
  const { live, paint } = report;
  if (isLive(event)) {
    live.see(event);
    return;
  }
  const held = resultLines(report.results, paint);
  report.results = [];
  const lines = [...held, ...linesOf(event, report)];
  live.see(event, lines.map((line) => `${line}\n`).join(''));
  if (event.type === 'recap' || event.type === 'run-finished') live.flush();
}

/** What was told already, or went well, can wait for the results of the other hosts. */
function hasNews({ outcome, diagnostics }: TaskResult, { told }: Report): boolean {
  const bad = outcome === 'failed' || outcome === 'unreachable';
  return (
    (bad && diagnostics.length === 0) ||
    diagnostics.some((diagnostic) => !told.has(JSON.stringify(diagnostic)))
  );
}

function linesOf(event: Event, report: Report): readonly string[] {
  const { paint, out } = report;
  switch (event.type) {
    case 'run-started':
    case 'files-kept':
    case 'approved':
      return [];
    case 'surveyed':
      return surveyLines(event, report);
    case 'play-started':
      return ['', `${paint('bold', `PLAY [${event.name}]`)}  ${paint('dim', hostNames(event.hosts))}`];
    case 'task-started':
      return [...foldedLines(report), '', paint('bold', `TASK [${event.name}]`)];
    case 'planned': {
      report.check ||= event.check;
      const text = changesText(event.plans, { colour: out.colour, width: out.columns });
      return text === '' ? [] : text.split('\n');
    }
    case 'batch-started':
      return [
        ...(event.batch === 1 ? [] : ['']),
        `${paint('bold', `BATCH ${event.batch} of ${event.of}`)}  ${paint('dim', hostNames(event.nodes))}`,
      ];
    case 'step-started':
      return [];
    case 'step-finished':
      if (event.outcome === 'not-run') report.notRun++;
      if (isFolded(event, report)) {
        report.folded.add(event);
        return [];
      }
      return finishedStepLines(
        { ...event, diagnostics: untold(event.diagnostics, report) },
        { width: out.columns - 1, detail: report.detail },
        paint,
      );
    case 'change-finished':
      return untold(event.diagnostics, report).flatMap((diagnostic) => diagnosticLines(diagnostic, paint));
    case 'task-finished':
      return resultLines([{ ...event, diagnostics: untold(event.diagnostics, report) }], paint);
    case 'left':
      report.left += event.steps.length;
      return stoppingLines(event);
    case 'stopping':
      return stoppingLines(event);
    case 'diagnostic':
      return untold([event.diagnostic], report).flatMap((diagnostic) => diagnosticLines(diagnostic, paint));
    case 'recap':
      return endLines(event, report);
    case 'run-finished':
      return [];
  }
}

/** Of more steps than these at once those that went well have no line each on a terminal: the live view counts them. */
const MANY_STEPS = 100;

function isFolded(event: Extract<Event, { type: 'step-finished' }>, { live, out, detail }: Report): boolean {
  return (
    out.isTTY &&
    detail === 'changes' &&
    live.state.planned > MANY_STEPS &&
    event.outcome !== 'failed' &&
    event.diagnostics.length === 0
  );
}

function foldedLines({ folded, out, paint }: Report): readonly string[] {
  return folded.take(out.columns - 1).map((line) => paint('dim', line));
}

function untold(diagnostics: readonly Diagnostic[], { told }: Report): readonly Diagnostic[] {
  const fresh = diagnostics.filter((diagnostic) => !told.has(JSON.stringify(diagnostic)));
  for (const diagnostic of fresh) told.add(JSON.stringify(diagnostic));
  return fresh;
}

function surveyLines(event: Extract<Event, { type: 'surveyed' }>, report: Report): readonly string[] {
  const { paint } = report;
  const clusters = event.clusters.map(({ name, nodes }) =>
    nodes.length === 1 && nodes[0] === name ? name : `${name} (${hostNames(nodes)})`,
  );
  return [
    ...(clusters.length === 0
      ? []
      : [paint('dim', `Read in ${duration(event.seconds)}: ${clusters.join('; ')}`)]),
    ...untold(event.unreachable, report).flatMap((diagnostic) => diagnosticLines(diagnostic, paint)),
  ];
}

function endLines(recap: Extract<Event, { type: 'recap' }>, report: Report): readonly string[] {
  const { paint } = report;
  const rows = recapLines(recap.hosts, paint);
  return [
    ...foldedLines(report),
    '',
    ...(rows.length === 0 ? [] : [paint('bold', 'RECAP'), ...rows, '']),
    ...restartLines(recap.needsRestart ?? []),
    paint('bold', endSentence(recap, report)),
  ];
}

function restartLines(waiting: readonly WaitsForRestart[]): readonly string[] {
  if (waiting.length === 0) return [];
  const rows = waiting.map(({ address, options }) => `  ${address}: ${options.join(', ')}`);
  return ['Needs a restart to have all of it:', ...rows, ''];
}

function endSentence(recap: Extract<Event, { type: 'recap' }>, report: Report): string {
  const { commands, seconds, interrupted } = recap;
  const { check, notRun } = report;
  const were = (count: number): string => (count === 1 ? 'was' : 'were');
  const run =
    commands === 0
      ? 'no PVE command was run'
      : `${commands} ${commands === 1 ? 'command' : 'commands'} ${were(commands)} run`;
  const quiet = Object.values(recap.hosts).every(
    ({ changed, failed, unreachable, left = 0 }) => changed + failed + unreachable + left === 0,
  );
  const leftOf =
    report.left === 0
      ? ''
      : `, ${report.left} of them left to ${report.left === 1 ? 'itself' : 'themselves'}`;
  if (interrupted)
    return `Interrupted after ${duration(seconds)}: ${run}${leftOf}; ${notRun} of those planned ${were(notRun)} not.`;
  if (check) return 'Check mode: nothing was changed; no PVE command was run.';
  if (commands === 0) return quiet ? `Nothing changed; ${run}.` : 'No PVE command was run.';
  return `${run} in ${duration(seconds)}.`;
}

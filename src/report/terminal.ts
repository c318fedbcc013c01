import type { Event } from '../apply/event.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { diagnosticLines } from './diagnostic-text.ts';
import type { LiveLines } from './live-lines.ts';
import { liveLines } from './live-lines.ts';
import type { Paint } from './paint.ts';
import { painter } from './paint.ts';
import { changesText } from './plan-text.ts';
import { duration } from './printable.ts';
import type { RunningSteps } from './running-steps.ts';
import { runningSteps } from './running-steps.ts';
import { stoppingLines } from './stopping-lines.ts';
import { finishedStepLines } from './step-lines.ts';
import type { TaskResult } from './task-lines.ts';
import { recapLines, resultLines } from './task-lines.ts';

export interface ReportOutput {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly columns: number;
  readonly colour: boolean;
}

interface Report {
  readonly out: ReportOutput;
  readonly paint: Paint;
  readonly live: LiveLines;
  /** Shown on a terminal only. */
  readonly steps: RunningSteps;
  /** Diagnostics that were printed: a step's come again with its change and its task. */
  readonly told: Set<string>;
  /** Results of the task at hand, held back so that hosts with the same one share a line. */
  results: TaskResult[];
  check: boolean;
  notRun: number;
}

/**
 * Tells a run to people, from its events alone: headers in Ansible's words, changes like a diff, what runs now (on a
 * terminal as lines rewritten in place), failures at once, a recap. `signal`: somebody else may write when it aborts.
 */
export function terminalReport(out: ReportOutput, signal?: AbortSignal): (event: Event) => void {
  const paint = painter(out.colour);
  const live = liveLines(
    (text) => out.write(text),
    () => out.columns,
  );
  signal?.addEventListener('abort', () => live.leave(), { once: true });
  const steps = runningSteps(live, () => out.columns, paint);
  const report: Report = { out, paint, live, steps, told: new Set(), results: [], check: false, notRun: 0 };
  return (event) => tell(event, report);
}

function tell(event: Event, report: Report): void {
  if (event.type === 'task-finished' && !hasNews(event, report)) {
    report.results.push({ ...event, diagnostics: [] });
    return;
  }
  const held = resultLines(report.results, report.paint);
  report.results = [];
  const lines = [...held, ...linesOf(event, report)];
  if (lines.length > 0) report.live.print(lines.map((line) => `${line}\n`).join(''));
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
      return ['', `${paint('bold', `PLAY [${event.name}]`)}  ${paint('dim', event.hosts.join(', '))}`];
    case 'task-started':
      return ['', paint('bold', `TASK [${event.name}]`)];
    case 'planned': {
      report.check ||= event.check;
      const text = changesText(event.plans, { colour: out.colour, width: out.columns });
      return text === '' ? [] : text.split('\n');
    }
    case 'batch-started':
      return [
        ...(event.batch === 1 ? [] : ['']),
        `${paint('bold', `BATCH ${event.batch} of ${event.of}`)}  ${paint('dim', event.nodes.join(', '))}`,
      ];
    case 'step-started':
      if (out.isTTY) report.steps.start(event);
      return [];
    case 'step-finished':
      if (event.outcome === 'not-run') report.notRun++;
      if (out.isTTY) report.steps.finish(event);
      return finishedStepLines(
        { ...event, diagnostics: untold(event.diagnostics, report) },
        out.columns - 1,
        paint,
      );
    case 'change-finished':
      return untold(event.diagnostics, report).flatMap((diagnostic) => diagnosticLines(diagnostic, paint));
    case 'task-finished':
      return resultLines([{ ...event, diagnostics: untold(event.diagnostics, report) }], paint);
    case 'stopping':
    case 'left':
      return stoppingLines(event);
    case 'diagnostic':
      return untold([event.diagnostic], report).flatMap((diagnostic) => diagnosticLines(diagnostic, paint));
    case 'recap':
      return endLines(event, report);
    case 'run-finished':
      report.steps.stop();
      return [];
  }
}

function untold(diagnostics: readonly Diagnostic[], { told }: Report): readonly Diagnostic[] {
  const fresh = diagnostics.filter((diagnostic) => !told.has(JSON.stringify(diagnostic)));
  for (const diagnostic of fresh) told.add(JSON.stringify(diagnostic));
  return fresh;
}

function surveyLines(event: Extract<Event, { type: 'surveyed' }>, report: Report): readonly string[] {
  const { paint } = report;
  const clusters = event.clusters.map(({ name, nodes }) =>
    nodes.length === 1 && nodes[0] === name ? name : `${name} (${nodes.join(', ')})`,
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
    '',
    ...(rows.length === 0 ? [] : [paint('bold', 'RECAP'), ...rows, '']),
    paint('bold', endSentence(recap, report)),
  ];
}

function endSentence(recap: Extract<Event, { type: 'recap' }>, { check, notRun }: Report): string {
  const { commands, seconds, interrupted } = recap;
  const were = (count: number): string => (count === 1 ? 'was' : 'were');
  const run =
    commands === 0
      ? 'no PVE command was run'
      : `${commands} ${commands === 1 ? 'command' : 'commands'} ${were(commands)} run`;
  const quiet = Object.values(recap.hosts).every(
    ({ changed, failed, unreachable }) => changed + failed + unreachable === 0,
  );
  if (interrupted)
    return `Interrupted after ${duration(seconds)}: ${run}; ${notRun} of those planned ${were(notRun)} not.`;
  if (check) return 'Check mode: nothing was changed; no PVE command was run.';
  if (commands === 0) return quiet ? `Nothing changed; ${run}.` : 'No PVE command was run.';
  return `${run} in ${duration(seconds)}.`;
}

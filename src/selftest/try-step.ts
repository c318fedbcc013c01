import { apply } from '../apply/apply.ts';
import type { Outcome, ReportEvent } from '../apply/event.ts';
import type { ApplyContext } from '../apply/run-state.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { diagnosticsOf, fail, ok } from '../diagnostic.ts';
import type { Plan } from '../plan/plan.ts';
import { withoutDigests } from '../report/step-lines.ts';
import type { Survey } from '../snapshot/survey.ts';
import { shJoin } from '../text/sh-quote.ts';
import type { Finished } from '../transports/transport.ts';
import type { Configs, SeenTask } from './observe.ts';
import {
  changedLines,
  configsIn,
  linesOf,
  readTasks,
  runningIn,
  tasksScript,
  tasksSince,
} from './observe.ts';
import { commandsOf, guestsMade, planDeclared } from './plan-step.ts';
import type { ForeseenStep } from './plan-step.ts';
import type { Declared, Place } from './test-step.ts';

/** What a self-test works with on its node. */
export interface TestMeans extends Pick<
  ApplyContext,
  'exec' | 'record' | 'mayChange' | 'note' | 'signal' | 'leave'
> {
  readonly run: string;
  readonly place: Place;
  /** Reads the node, and so the cluster, anew. */
  readonly survey: () => Promise<Survey>;
  /** Waits so many seconds, or until nobody does any more. */
  readonly pause: (seconds: number) => Promise<void>;
  /** Sends a command of the test's own, with a record of it. */
  readonly send: (command: string, script: string) => Promise<Result<Finished>>;
}

/** What is known when a step begins. */
export interface Known {
  readonly survey: Survey;
  readonly tasks: readonly SeenTask[];
}

export interface RanCommand {
  readonly command: string;
  readonly exit: number | null;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

/** What came of a step, before it is judged. */
export interface Tried {
  /** What the planner made of it when its turn came. */
  readonly planned: readonly string[];
  readonly ran: readonly RanCommand[];
  /** What the tool itself complained of. */
  readonly diagnostics: readonly Diagnostic[];
  readonly changes: ReadonlyMap<number, readonly string[]>;
  readonly tasks: readonly string[];
  readonly running: readonly string[];
  /** What would have to be done still. */
  readonly left: readonly string[];
  readonly seconds: number;
}

/** What running it gave. */
type Done = Pick<Tried, 'planned' | 'ran' | 'diagnostics'>;

/**
 * Tries one step and reads what came of it. Fails where nothing can be said of it: it was not begun, as the run was
 * interrupted, or the node can't be read any more.
 */
export async function tryStep(
  number: number,
  foreseen: ForeseenStep,
  known: Known,
  means: TestMeans,
): Promise<Result<{ readonly tried: Tried; readonly known: Known }>> {
  const { place, signal } = means;
  const { step } = foreseen;
  const started = performance.now();
  const done =
    'runs' in step.does
      ? await runCommand(step.does.runs, means)
      : await bringAbout(number, step.does.declares, foreseen.plans, known.survey, means);
  if (signal.aborted && done.ran.length === 0) return fail();
  const seconds = Math.round(performance.now() - started) / 1000;
  const now = await lookAgain(means);
  if (!now.ok) return fail(...done.diagnostics, ...now.diagnostics);
  const { survey, tasks } = now.value;
  const vmids = Object.values(place.vmids);
  const configs = (of: Survey): Configs => configsIn(of, place, vmids);
  const again =
    'runs' in step.does || step.does.repeats === true
      ? undefined
      : planDeclared(step.does.declares, survey, place);
  return ok({
    known: now.value,
    tried: {
      ...done,
      diagnostics: [...done.diagnostics, ...(again?.ok === false ? again.diagnostics : [])],
      changes: changedLines(configs(known.survey), configs(survey)),
      tasks: tasksSince(known.tasks, tasks),
      running: runningIn(survey, place, vmids),
      left: again?.ok === true ? commandsOf(again.value.plans) : [],
      seconds,
    },
  });
}

/** Reads the node: its files, and the tasks of the test's guests. */
export async function lookAgain({ place, survey, exec }: TestMeans): Promise<Result<Known>> {
  const found = await survey();
  const [cluster] = found.clusters;
  if (cluster === undefined || found.unreachable.length > 0) return fail(...found.unreachable);
  const listed = await exec(place.host, tasksScript(Object.values(place.vmids)));
  if (!listed.ok) return listed;
  return ok({ survey: found, tasks: readTasks(listed.value.stdout.toString('utf8')) });
}

async function bringAbout(
  number: number,
  declares: readonly Declared[],
  foreseen: readonly Plan[],
  survey: Survey,
  means: TestMeans,
): Promise<Done> {
  const planned = planDeclared(declares, survey, means.place);
  if (!planned.ok) return { planned: [], ran: [], diagnostics: planned.diagnostics };
  const { plans, secrets, warnings } = planned.value;
  const gone = guestsMade(plans).find((vmid) => !guestsMade(foreseen).includes(vmid));
  if (gone !== undefined) return { planned: commandsOf(plans), ran: [], diagnostics: [isGone(gone)] };
  await means.record({ type: 'planned', plans, check: false });
  const ran: RanCommand[] = [];
  const diagnostics: Diagnostic[] = [...warnings];
  const report = (event: ReportEvent): void => {
    if (event.type === 'diagnostic') diagnostics.push(event.diagnostic);
    if (event.type === 'change-finished') diagnostics.push(...event.diagnostics);
    if (event.type === 'step-finished' && event.outcome !== 'not-run')
      ran.push({
        command: withoutDigests(event.command),
        exit: event.exit,
        stdout: linesOf(event.stdout),
        stderr: linesOf(event.stderr),
      });
  };
  const { note, leave } = means;
  const applied = await apply(plans, {
    survey,
    secrets,
    // A step's id is unique in its plan only; on the node it must be so in the whole run.
    run: `${means.run}-${number}`,
    exec: means.exec,
    record: means.record,
    ...(means.mayChange !== undefined && { mayChange: means.mayChange }),
    ...(note !== undefined && { note: (id: string) => note(`${number}/${id}`) }),
    report,
    signal: means.signal,
    ...(leave !== undefined && { leave }),
  });
  return {
    planned: commandsOf(plans),
    ran,
    // What a command printed on standard error is compared as that.
    diagnostics: [...diagnostics.filter(({ code }) => code !== 'apply/said'), ...notDone(applied.outcomes)],
  };
}

/** It would be made anew, without the name that it is known by. */
function isGone(vmid: number): Diagnostic {
  const message = `Cannot go on with guest ${vmid}: it is gone; the guest that an earlier step made is wanted`;
  return { code: 'selftest/gone', severity: 'error', trouble: 'failed', message };
}

/** A change that was not made, or not whole, and of which nothing else tells. */
function notDone(outcomes: ReadonlyMap<string, Outcome>): readonly Diagnostic[] {
  const short = [...outcomes.values()].filter(
    (outcome) => outcome === 'skipped' || outcome === 'left',
  ).length;
  if (short === 0) return [];
  const message = `Cannot do all of the step: ${short} of its changes ${short === 1 ? 'was' : 'were'} not finished; all of them are wanted`;
  return [{ code: 'selftest/not-begun', severity: 'error', trouble: 'failed', message }];
}

async function runCommand(argv: readonly string[], means: TestMeans): Promise<Done> {
  const command = shJoin(argv);
  const finished = await means.send(command, `LC_ALL=C.UTF-8 ${command} </dev/null`);
  if (!finished.ok) return { planned: [command], ran: [], diagnostics: diagnosticsOf(finished) };
  const { exit, stdout, stderr } = finished.value;
  return {
    planned: [command],
    ran: [
      { command, exit, stdout: linesOf(stdout.toString('utf8')), stderr: linesOf(stderr.toString('utf8')) },
    ],
    diagnostics: [],
  };
}

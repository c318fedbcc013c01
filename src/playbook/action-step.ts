import type { Diagnostic, Position, Result } from '../diagnostic.ts';
import { fail } from '../diagnostic.ts';
import type { PerformOptions } from '../actions/action.ts';
import { touchesSurvey } from '../actions/host/touches.ts';
import type { Exec } from '../apply/exec.ts';
import type { Act } from '../plan/plan.ts';
import { orLeft } from '../apply/leaving.ts';
import { progressReader } from '../apply/progress.ts';
import { stepNotRun } from '../apply/step-events.ts';
import { actArgv, commandScript } from '../apply/step-script.ts';
import { showCommand } from '../pve/render-call.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Finished } from '../transports/transport.ts';
import type { DetachedStep } from './detached-step.ts';
import { runDetached } from './detached-step.ts';
import type { Reader } from './knowledge.ts';
import type { Run } from './run-state.ts';
import type { HostPlace } from './task-specs.ts';

/** A command of an action that takes longer than this is given up, in seconds. */
const TIMEOUT_SECONDS = 3600;

/** Stands for the command line of a task with "no_log". */
const HIDDEN = '(hidden by "no_log")';

export interface StepOptions extends PerformOptions {
  readonly declaredAt: Position;
  /** Sends it, as the user and with the environment that the task wants. */
  readonly exec: Exec;
  /** Its command line and output are neither shown nor recorded. */
  readonly isSecret: boolean;
  readonly timeoutSeconds?: number;
  /** It is a unit of its own on the node; `unit` is its name there. */
  readonly detached?: Pick<DetachedStep, 'environment' | 'exec' | 'isWaited' | 'seconds' | 'unit'>;
  /** Whose answers say what the paths are that it touches. */
  readonly reader: Reader;
}

/** Runs an action's act on its host as a step: recorded before and after, like those of apply. */
export async function performStep(
  run: Run,
  place: HostPlace,
  id: string,
  act: Act,
  {
    declaredAt,
    exec,
    isSecret,
    timeoutSeconds = TIMEOUT_SECONDS,
    detached,
    title,
    stdin,
    reader,
    touches,
  }: StepOptions,
): Promise<Result<Finished>> {
  const { cluster } = place.snapshot;
  const shown = isSecret ? HIDDEN : (title ?? showCommand(actArgv(act)));
  const about = {
    cluster,
    step: id,
    address: `node/${place.node}@${cluster}`,
    node: place.node,
    command: shown,
    declaredAt,
    ...(detached !== undefined && { unit: detached.unit }),
  };
  await run.emit({ type: 'step-started', at: new Date().toISOString(), ...about });
  // A step that could not be recorded does not run.
  if (run.options.signal.aborted) {
    const trouble =
      run.options.recordTrouble() ??
      interrupted(place.host, `Cannot run ${about.command}: the run was interrupted`);
    await run.emit(stepNotRun(about));
    return fail(trouble);
  }
  const started = performance.now();
  run.commands++;
  const note = run.options.note?.(id) ?? '';
  const { address, node } = about;
  const options = {
    ...(stdin !== undefined && { stdin }),
    ...(!isSecret && {
      onOutput: progressReader((progress) =>
        run.options.report({ type: 'step-progress', cluster, step: id, address, node, ...progress }),
      ),
    }),
  };
  const hasInput = stdin !== undefined;
  const work =
    detached === undefined
      ? exec(place.host, commandScript(act, note, { command: shown, hasInput }), {
          ...options,
          timeoutSeconds,
        })
      : runDetached({
          ...detached,
          host: place.host,
          act,
          command: shown,
          note,
          boot: bootOf(place),
          options,
          leave: run.options.leave,
        });
  const ended = await orLeft(work, run.options.leave);
  const touched = run.known.touch(reader, touches ?? 'anything');
  run.isStale ||= touchesSurvey(touched);
  // It goes on, and changes who knows what while others look.
  if (detached?.isWaited === false) run.sight.set(place.host, 0);
  const result = ended === 'left' ? ended : inTime(ended, started, about.command, place.host, detached);
  if (result === 'left') {
    await run.emit({ type: 'left', steps: [{ node: place.node, step: id, command: about.command }] });
    return fail(interrupted(place.host, `Cannot finish ${about.command}: it was left to itself`));
  }
  const finished = result.ok ? result.value : undefined;
  await run.emit({
    type: 'step-finished',
    at: new Date().toISOString(),
    ...about,
    outcome: finished?.exit === 0 ? 'done' : 'failed',
    exit: finished?.exit ?? null,
    seconds: (performance.now() - started) / 1000,
    stdout: isSecret ? '' : (finished?.stdout.toString() ?? ''),
    stderr: isSecret ? '' : (finished?.stderr.toString() ?? ''),
    diagnostics: result.ok || isSecret ? [] : result.diagnostics,
  });
  return result;
}

/** What `timeout` has ended, it has ended with 124. */
function inTime(
  ended: Result<Finished>,
  started: number,
  command: string,
  host: string,
  detached: StepOptions['detached'],
): Result<Finished> {
  if (detached === undefined || !ended.ok || ended.value.exit !== 124) return ended;
  if ((performance.now() - started) / 1000 < detached.seconds) return ended;
  return fail({
    code: 'task/not-in-time',
    severity: 'error',
    trouble: 'failed',
    message: `Cannot finish ${command}: it ran longer than the ${detached.seconds} s of its "async", and was ended`,
    host,
  });
}

function bootOf({ snapshot, node }: HostPlace): string | undefined {
  const state = snapshot.nodes[node];
  return state === undefined || isUnknown(state) ? undefined : state.bootId;
}

function interrupted(host: string, message: string): Diagnostic {
  return {
    code: 'run/interrupted',
    severity: 'warning',
    trouble: 'failed',
    message,
    host,
  };
}

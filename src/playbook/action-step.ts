import type { Diagnostic, Position, Result } from '../diagnostic.ts';
import { fail } from '../diagnostic.ts';
import type { PerformOptions } from '../actions/action.ts';
import type { Act, Step } from '../plan/plan.ts';
import { orLeft } from '../apply/leaving.ts';
import { progressReader } from '../apply/progress.ts';
import { stepNotRun } from '../apply/step-events.ts';
import { actArgv, commandScript } from '../apply/step-script.ts';
import { showCommand } from '../pve/render-call.ts';
import type { Finished } from '../transports/transport.ts';
import type { Run } from './run-state.ts';
import type { HostPlace } from './task-specs.ts';

/** A command of an action that takes longer than this is given up, in seconds. */
const TIMEOUT_SECONDS = 3600;

/** Runs an action's act on its host as a step: recorded before and after, like those of apply. */
export async function performStep(
  run: Run,
  place: HostPlace,
  id: string,
  act: Act,
  declaredAt?: Position,
  { title, stdin }: PerformOptions = {},
): Promise<Result<Finished>> {
  const step = makeStep(id, place.node, act);
  const { cluster } = place.snapshot;
  const about = {
    cluster,
    step: id,
    address: `node/${place.node}@${cluster}`,
    node: place.node,
    command: title ?? showCommand(actArgv(act)),
    ...(declaredAt !== undefined && { declaredAt }),
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
  run.isStale = true;
  const note = run.options.note?.(id) ?? '';
  const script = commandScript(act, note, { command: about.command, hasInput: stdin !== undefined });
  const { address, node } = about;
  const work = run.options.exec(place.host, script, {
    timeoutSeconds: step.timeoutSeconds,
    ...(stdin !== undefined && { stdin }),
    onOutput: progressReader((progress) =>
      run.options.report({ type: 'step-progress', cluster, step: id, address, node, ...progress }),
    ),
  });
  const result = await orLeft(work, run.options.leave);
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
    stdout: finished?.stdout.toString() ?? '',
    stderr: finished?.stderr.toString() ?? '',
    diagnostics: result.ok ? [] : result.diagnostics,
  });
  return result;
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

function makeStep(id: string, node: string, act: Act): Step {
  const undo = { impossible: 'nobody knows what the command did' };
  return {
    id,
    node,
    act,
    guards: [],
    locks: [],
    effects: [],
    undo,
    detached: false,
    timeoutSeconds: TIMEOUT_SECONDS,
  };
}

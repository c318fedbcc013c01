import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import type { Variables } from '../template/render.ts';
import { findPlace } from './find-place.ts';
import type { Task } from './playbook.ts';
import type { Run } from './run-state.ts';
import { nameOf } from './settings.ts';
import type { HostPlace } from './task-specs.ts';

/** Where a task is run for a host: there, or where it is delegated to. */
export function placeOf(run: Run, task: Task, own: HostPlace, variables: Variables): Result<HostPlace> {
  const name = nameOf(task.settings, 'delegate_to', variables);
  if (!name.ok) return name;
  if (name.value === undefined || name.value === own.host) return ok(own);
  const place = findPlace(run.survey, name.value);
  if (place !== undefined) return ok({ ...place, alone: true });
  const at = positionAt(task.settings.words.delegate_to?.positions ?? {}, []);
  const silent = run.survey.unreachable.some(({ host }) => host === name.value);
  const diagnostic: Diagnostic = {
    code: 'run/delegate',
    severity: 'error',
    trouble: silent ? 'unreachable' : 'invalid',
    message: `Cannot delegate "${task.name}" to "${name.value}": ${silent ? 'it did not answer' : 'it is no host of this run'}`,
    ...(at && { at }),
  };
  return fail(diagnostic);
}

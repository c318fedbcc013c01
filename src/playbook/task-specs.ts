import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Spec } from '../spec.ts';
import { renderValue } from '../template/render.ts';
import type { Turn } from './expand-task.ts';
import type { Task } from './playbook.ts';
import { withoutOmitted } from './omit.ts';
import { isMapping } from './reading.ts';
import type { Run } from './run-state.ts';
import { placeOf } from './delegate.ts';

/** Where a host is in the survey. */
export interface HostPlace {
  readonly host: string;
  readonly snapshot: Snapshot;
  /** PVE's name of it. */
  readonly node: string;
  /** No other host of the play is, or may be, in its cluster. */
  readonly alone: boolean;
}

/** The specs that a resource task declares on one host, one a turn. */
export function taskSpecs(
  run: Run,
  task: Task,
  turns: readonly Turn[],
  own: HostPlace,
): Result<readonly Spec[]> {
  const specs: Spec[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { variables } of turns) {
    const args = renderValue(task.args.value, task.args.positions, variables);
    const place = placeOf(run, task, own, variables);
    if (!place.ok) diagnostics.push(...place.diagnostics);
    else if (!args.ok) diagnostics.push(...args.diagnostics);
    else if (isMapping(args.value)) {
      const plain = withoutOmitted(args.value);
      specs.push({
        kind: task.module,
        args: isMapping(plain) ? plain : {},
        positions: task.args.positions,
        cluster: place.value.snapshot.cluster,
        ...(place.value.alone && { defaultNode: place.value.node }),
        declaredBy: own.host,
      });
    }
  }
  return diagnostics.length > 0 ? fail(...diagnostics) : ok(specs);
}

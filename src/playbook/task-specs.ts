import { address } from '../address.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { findModule } from '../modules/registry.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Spec } from '../spec.ts';
import { renderValue } from '../template/render.ts';
import type { Turn } from './expand-task.ts';
import type { Task } from './playbook.ts';
import { isMapping } from './reading.ts';

/** Where a host is in the survey. */
export interface HostPlace {
  readonly host: string;
  readonly snapshot: Snapshot;
  /** PVE's name of it. */
  readonly node: string;
  /** It is the play's only host in its cluster, so what has no `node` is made there. */
  readonly only: boolean;
}

/** The specs that a resource task declares on one host, one a turn. */
export function taskSpecs(task: Task, turns: readonly Turn[], place: HostPlace): Result<readonly Spec[]> {
  const specs: Spec[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { variables } of turns) {
    const args = renderValue(task.args.value, task.args.positions, variables);
    if (!args.ok) diagnostics.push(...args.diagnostics);
    else if (isMapping(args.value)) {
      const spec = { kind: task.module, args: args.value, positions: task.args.positions, cluster: place.snapshot.cluster, declaredBy: place.host };
      specs.push(withNode(spec, place));
    }
  }
  return diagnostics.length > 0 ? fail(...diagnostics) : ok(specs);
}

/** A guest that is to be made and names no node is made on the play's only host; one that exists stays where it is. */
function withNode(spec: Spec, { snapshot, node, only }: HostPlace): Spec {
  const { vmid, state } = spec.args;
  if (!only || 'node' in spec.args || state === 'absent' || (typeof vmid !== 'number' && typeof vmid !== 'string')) return spec;
  const exists = findModule(spec.kind)?.read(snapshot, address(spec.kind, vmid, snapshot.cluster)) !== undefined;
  return exists ? spec : { ...spec, args: { ...spec.args, node } };
}

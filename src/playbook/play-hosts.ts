import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Node } from '../inventory/node.ts';
import { selectNodes } from '../inventory/select-nodes.ts';
import type { Play, Playbook } from './playbook.ts';

/** The hosts of each play, of those that --limit leaves. A pattern that names nothing of the inventory is an error; all at once. */
export function playHosts(
  playbook: Playbook,
  inventory: Inventory,
  nodes: readonly Node[],
): Result<ReadonlyMap<Play, readonly Node[]>> {
  const allowed = new Set(nodes);
  const hosts = new Map<Play, readonly Node[]>();
  const diagnostics: Diagnostic[] = [];
  for (const play of playbook.plays) {
    const selected = selectNodes(inventory, play.hosts.value, positionAt(play.hosts.positions, []));
    if (selected.ok)
      hosts.set(
        play,
        selected.value.filter((node) => allowed.has(node)),
      );
    else diagnostics.push(...selected.diagnostics);
  }
  return diagnostics.length > 0 ? fail(...diagnostics) : ok(hosts);
}

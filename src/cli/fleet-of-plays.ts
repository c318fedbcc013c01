import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import { withLocalhost } from '../inventory/localhost.ts';
import type { Node } from '../inventory/node.ts';
import { connectAsPlaysSay } from '../playbook/connect-as-plays-say.ts';
import { playHosts } from '../playbook/play-hosts.ts';
import type { Play, Playbook } from '../playbook/playbook.ts';
import type { Variables } from '../template/render.ts';
import type { OpenInventory } from './open-inventory.ts';

export interface FleetOfPlays<Of extends OpenInventory> {
  readonly fleet: Of;
  readonly hosts: ReadonlyMap<Play, readonly Node[]>;
}

/** The fleet as a playbook has it, with this machine, and connected to as the plays say; and the hosts of each play. */
export function fleetOfPlays<Of extends OpenInventory>(
  opened: Of,
  playbook: Playbook,
  limit: string | undefined,
  extraVars: Variables,
): Result<FleetOfPlays<Of>> {
  const whole = withLocalhost(opened);
  // --limit leaves out plays of this machine; what is delegated to it is run all the same.
  const allowed = limit === undefined ? whole.nodes : opened.nodes;
  const hosts = playHosts(playbook, whole.inventory, allowed, extraVars);
  if (!hosts.ok) return hosts;
  const changed = connectAsPlaysSay(hosts.value, extraVars);
  if (!changed.ok) return changed;
  const asSaid = (nodes: readonly Node[]): readonly Node[] =>
    nodes.map((node) => changed.value.get(node.name) ?? node);
  return ok({
    fleet: {
      ...whole,
      inventory: { ...whole.inventory, nodes: asSaid(whole.inventory.nodes) },
      nodes: asSaid(whole.nodes),
    },
    hosts: new Map([...hosts.value].map(([play, nodes]) => [play, asSaid(nodes)])),
  });
}

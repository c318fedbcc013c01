import { dirname, resolve } from 'node:path';
import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import { LOCALHOST, LOOPBACK, withLocalhost } from '../inventory/localhost.ts';
import type { Node } from '../inventory/node.ts';
import { connectAsPlaysSay } from '../playbook/connect-as-plays-say.ts';
import { playHosts } from '../playbook/play-hosts.ts';
import type { Play, Playbook } from '../playbook/playbook.ts';
import { walkTasks } from '../playbook/walk-tasks.ts';
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
  const whole = withLocalhost(opened, namesOfLocalhost(playbook), dirname(resolve(playbook.file)));
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

/** Of this machine. `hostvars` lists all of them, so one that hardly any playbook has is there for those that do alone. */
function namesOfLocalhost({ plays }: Playbook): readonly string[] {
  const hasLoopback = plays.some(
    (play) =>
      play.hosts.value.split(/[:,]/u).some((part) => part.trim() === LOOPBACK) ||
      walkTasks(play).some(({ task }) => task.settings.words.delegate_to?.value === LOOPBACK),
  );
  return hasLoopback ? [LOCALHOST, LOOPBACK] : [LOCALHOST];
}

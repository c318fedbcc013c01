import type { Inventory } from '../inventory/inventory.ts';
import type { Node } from '../inventory/node.ts';
import type { Variables } from '../template/render.ts';
import { renderValue } from '../template/render.ts';
import type { Play, Task } from './playbook.ts';

/** What the variables of every host are made from. */
export interface VariableSources {
  readonly inventory: Inventory;
  /** From -e: they win over all others but the magic ones. */
  readonly extra: Variables;
  readonly check: boolean;
}

/** Variables of a host in a play; a loop's item goes in between later. */
export interface HostVariables {
  /** Of one task, with the item of its loop if it has one. */
  of(task: Task, item?: unknown): Variables;
  /** Of the play as such. */
  readonly ofPlay: Variables;
}

/** Makes the variables of hosts: inventory, then play, then task, then `item`, then -e, then the magic ones. */
export function createVariables({
  inventory,
  extra,
  check,
}: VariableSources): (play: Play, node: Node) => HostVariables {
  const groups = hostsOfGroups(inventory);
  let hostvars: Variables | undefined;
  const common = {
    groups,
    ansible_check_mode: check,
    hostvars: () =>
      (hostvars ??= Object.fromEntries(inventory.nodes.map((node) => [node.name, ownVariables(node)]))),
  };
  return (play, node) => {
    const below = { ...node.variables, ...play.vars };
    const above = { ...extra, ...common, ...identity(node) };
    const ofPlay = { ...below, ...above };
    return {
      ofPlay,
      of(task, item) {
        const own = { ...task.vars, ...(item === undefined ? {} : { item }) };
        return Object.keys(own).length === 0 ? ofPlay : { ...below, ...own, ...above };
      },
    };
  };
}

function identity(node: Node): Variables {
  return {
    inventory_hostname: node.name,
    group_names: node.groups.filter((group) => group !== 'all').toSorted(),
  };
}

/** A host's variables as other hosts see them; one that can't be rendered is left out, and so is undefined. */
function ownVariables(node: Node): Variables {
  const own = { ...node.variables, ...identity(node) };
  return Object.fromEntries(
    Object.entries(own).flatMap(([name, value]) => {
      const rendered = renderValue(value, {}, own);
      return rendered.ok ? [[name, rendered.value]] : [];
    }),
  );
}

function hostsOfGroups({ groups, nodes }: Inventory): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    groups.map(({ name }) => [
      name,
      nodes.filter((node) => node.groups.includes(name)).map((node) => node.name),
    ]),
  );
}

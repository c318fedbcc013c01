import { dirname, resolve } from 'node:path';
import type { Diagnostic, Position, Result } from '../diagnostic.ts';
import { diagnosticsOf, fail, ok, positionAt } from '../diagnostic.ts';
import { createController } from '../files/controller.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Node } from '../inventory/node.ts';
import { selectNodes } from '../inventory/select-nodes.ts';
import { splitPattern } from '../inventory/split-pattern.ts';
import { CONTROLLER } from '../template/controller.ts';
import type { Variables } from '../template/render.ts';
import { renderValue } from '../template/render.ts';
import { batchSizesOf } from './serial.ts';
import type { Order, Play, Playbook } from './playbook.ts';

/** The hosts of each play, of those that --limit leaves. A pattern that names nothing of the inventory is an error; all at once. */
export function playHosts(
  playbook: Playbook,
  inventory: Inventory,
  nodes: readonly Node[],
  extraVars: Variables,
): Result<ReadonlyMap<Play, readonly Node[]>> {
  const allowed = new Set(nodes);
  const hosts = new Map<Play, readonly Node[]>();
  const diagnostics: Diagnostic[] = [];
  const home = dirname(resolve(playbook.file));
  const controller = createController({ directories: [home], home });
  for (const play of playbook.plays) {
    const known = { ...extraVars, [CONTROLLER]: controller };
    const pattern = patternOf(play, known);
    const at = positionAt(play.hosts.positions, []);
    const selected = pattern.ok ? selectAsNamed(inventory, pattern.value, at) : pattern;
    if (selected.ok) {
      const left = selected.value.filter((node) => allowed.has(node));
      hosts.set(play, inOrder(left, play.order));
    } else diagnostics.push(...selected.diagnostics);
    diagnostics.push(...diagnosticsOf(batchSizesOf(play, known)));
  }
  return diagnostics.length > 0 ? fail(...diagnostics) : ok(hosts);
}

/** The nodes of a pattern as its words name them, one word after the other, as Ansible takes them. */
function selectAsNamed(
  inventory: Inventory,
  pattern: string,
  at: Position | undefined,
): Result<readonly Node[]> {
  const selected = selectNodes(inventory, pattern, at);
  const parts = splitPattern(pattern);
  if (!selected.ok || typeof parts === 'string') return selected;
  const named = parts.flatMap(({ sign, text }) => {
    const found = sign === '' ? selectNodes(inventory, text) : ok([]);
    return found.ok ? found.value : [];
  });
  const wanted = new Set(selected.value);
  return ok([...new Set([...named, ...selected.value])].filter((node) => wanted.has(node)));
}

function inOrder(nodes: readonly Node[], order: Order | undefined): readonly Node[] {
  const byName = (): readonly Node[] => nodes.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  switch (order) {
    case 'reverse_inventory':
      return nodes.toReversed();
    case 'sorted':
      return byName();
    case 'reverse_sorted':
      return byName().toReversed();
    case 'shuffle': {
      const places = new Map(nodes.map((node) => [node, Math.random()]));
      return nodes.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
    }
    case 'inventory':
    case undefined:
      return nodes;
  }
}

/** A pattern is rendered before there are hosts: with the variables of the play and of -e. */
function patternOf({ hosts, vars, fileVars }: Play, extraVars: Variables): Result<string> {
  const rendered = renderValue(hosts.value, hosts.positions, { ...vars, ...fileVars, ...extraVars });
  if (!rendered.ok) return rendered;
  const { value } = rendered;
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (items.length > 0 && items.every((item) => typeof item === 'string' && item.trim() !== ''))
    return ok(items.join(':'));
  const at = positionAt(hosts.positions, []);
  return fail({
    code: 'playbook/invalid',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot select the hosts of a play by ${hosts.value}: it gives no names; names of hosts or groups are wanted`,
    ...(at && { at }),
  });
}

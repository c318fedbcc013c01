import { dirname, resolve } from 'node:path';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import { createController } from '../files/controller.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Node } from '../inventory/node.ts';
import { selectNodes } from '../inventory/select-nodes.ts';
import { CONTROLLER } from '../template/controller.ts';
import type { Variables } from '../template/render.ts';
import { renderValue } from '../template/render.ts';
import type { Play, Playbook } from './playbook.ts';

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
    const pattern = patternOf(play, { ...extraVars, [CONTROLLER]: controller });
    const at = positionAt(play.hosts.positions, []);
    const selected = pattern.ok ? selectNodes(inventory, pattern.value, at) : pattern;
    if (selected.ok)
      hosts.set(
        play,
        selected.value.filter((node) => allowed.has(node)),
      );
    else diagnostics.push(...selected.diagnostics);
  }
  return diagnostics.length > 0 ? fail(...diagnostics) : ok(hosts);
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

import type { Diagnostic, Position, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Inventory } from './inventory.ts';
import type { Node } from './node.ts';
import { inventoryError } from './trouble.ts';

/**
 * The nodes that a host pattern names, in the inventory's order, each once: `all` or `*`, names of hosts and groups,
 * globs (`pve*`, `pve?`), several joined by ":" or ",". What names nothing is an error; `at` is where the pattern stands.
 */
export function selectNodes(inventory: Inventory, pattern: string, at?: Position): Result<readonly Node[]> {
  const selected = new Set<Node>();
  const errors: Diagnostic[] = [];
  const brackets = /[[\]]/u.test(pattern);
  for (const part of brackets ? [pattern] : pattern.split(/[:,]/u)) {
    const found = selectPart(inventory, part.trim());
    if (typeof found === 'string') {
      errors.push(
        inventoryError('pattern', `Cannot select hosts by "${pattern}": ${found}`, at, namesHint(inventory)),
      );
    } else for (const node of found) selected.add(node);
  }
  return errors.length > 0 ? fail(...errors) : ok(inventory.nodes.filter((node) => selected.has(node)));
}

/** The nodes of one part of a pattern, or the end of a sentence about it. */
function selectPart(inventory: Inventory, part: string): readonly Node[] | string {
  if (part === '') return 'a name between its separators is empty';
  if (/^[&!~]/u.test(part))
    return `"${part.charAt(0)}" in patterns is not supported yet; names, groups and globs are wanted`;
  if (/[[\]]/u.test(part))
    return 'ranges in patterns are not supported yet; names, groups and globs are wanted';
  const { nodes } = inventory;
  if (part === 'all' || part === '*') return nodes;
  const matches = /[*?]/u.test(part) ? globMatcher(part) : (name: string) => name === part;
  const found = nodes.filter((node) => matches(node.name) || node.groups.some(matches));
  if (found.length > 0 || inventory.groups.some(({ name }) => matches(name))) return found;
  const names = [...nodes, ...inventory.groups].map(({ name }) => name);
  return `no host and no group is called "${part}"${didYouMean(part, names)}`;
}

function globMatcher(glob: string): (name: string) => boolean {
  const source = glob
    .replaceAll(/[.+^${}()|\\]/gu, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 'su');
  return (name) => expression.test(name);
}

function namesHint({ nodes, groups }: Inventory): string | undefined {
  const names = [...groups.map(({ name }) => name), ...nodes.map(({ name }) => name)];
  return names.length > 30 ? 'See: pvefleet inventory --list' : `There are: ${names.join(', ')}`;
}

import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Node } from './node.ts';
import { inventoryError } from './trouble.ts';

/** The one host of that name. */
export function findHost(nodes: readonly Node[], name: string): Result<Node> {
  const found = nodes.find((node) => node.name === name);
  if (found !== undefined) return ok(found);
  const names = nodes.map((node) => node.name);
  const message = `Cannot show host ${name}: no host is called "${name}"${didYouMean(name, names)}`;
  return fail(inventoryError('no-host', message, undefined, 'See: pvefleet inventory --list'));
}

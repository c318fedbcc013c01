import { hostNames } from '../host-names.ts';

/** "lab (pve1, pve2); alone" */
export function clustersText(
  clusters: readonly { readonly name: string; readonly nodes: readonly string[] }[],
): string {
  return clusters
    .map(({ name, nodes }) =>
      nodes.length === 1 && nodes[0] === name ? name : `${name} (${hostNames(nodes)})`,
    )
    .join('; ');
}

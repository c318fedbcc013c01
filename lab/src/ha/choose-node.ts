import { readSections } from '../pve/cluster/section-file.ts';
import { splitList } from '../pve/formats/values.ts';
import type { Round } from './next-state.ts';
import type { ServiceStatus } from './status.ts';

const RULES = '/etc/pve/ha/rules.cfg';

/**
 * Where a service that runs should be: where it is, unless it could not start there, the node is in maintenance, or a rule wants it
 * elsewhere; then on the node that its rule prefers, or the one with the fewest services. Undefined: on none.
 */
export function chooseNode(
  round: Round,
  sid: string,
  service: ServiceStatus,
  services: ReadonlyMap<string, ServiceStatus>,
  failed: readonly string[],
): string | undefined {
  const usable = Object.keys(round.nodes).filter(
    (node) => round.nodes[node] === 'online' && !failed.includes(node),
  );
  const rule = affinity(round, sid);
  const allowed = usable.filter((node) => rule?.nodes.has(node) === true);
  const best = Math.max(...allowed.map((node) => rule?.nodes.get(node) ?? 0));
  const candidates =
    allowed.length > 0
      ? allowed.filter((node) => (rule?.nodes.get(node) ?? 0) === best)
      : rule?.strict === true
        ? []
        : usable;
  if (candidates.includes(service.node)) return service.node;
  const load = (node: string): number =>
    [...services.values()].filter((other) => (other.target ?? other.node) === node).length;
  return candidates.toSorted((one, other) => load(one) - load(other))[0];
}

/** The nodes of the service's node-affinity rule, with their priorities. */
function affinity(
  { machine }: Round,
  sid: string,
): { readonly nodes: ReadonlyMap<string, number>; readonly strict: boolean } | undefined {
  const rule = readSections(machine.files.read(RULES) ?? '').find(
    ({ type, options }) =>
      type === 'node-affinity' &&
      options.get('disable') !== '1' &&
      splitList(options.get('resources') ?? '').includes(sid),
  );
  if (rule === undefined) return undefined;
  const nodes = splitList(rule.options.get('nodes') ?? '').map((entry) => {
    const [node = '', priority = '0'] = entry.split(':');
    return [node, Number(priority)] as const;
  });
  return { nodes: new Map(nodes), strict: rule.options.get('strict') === '1' };
}

import type { Diagnostic, Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { formatJumpHosts, type JumpHost } from './jump-hosts.ts';
import type { Route } from './route.ts';
import { localUser } from '../files/local-user.ts';
import { unreachable } from './trouble.ts';

/** Jump hosts behind each other; more than that is a configuration that makes ever new ones. */
const mostHops = 16;

/** The last jump host as a node, which is reached through those before it. */
export function lastHop(node: Node, hosts: readonly JumpHost[]): Node {
  const before = hosts.slice(0, -1);
  const { host, port, user } = hosts.at(-1) ?? { host: '' };
  const assumed = [
    ...(port === undefined ? (['port'] as const) : []),
    ...(user === undefined ? (['user'] as const) : []),
    ...(node.connection.assumed?.includes('knownHosts') === true ? (['knownHosts'] as const) : []),
  ];
  return {
    name: host,
    groups: [],
    variables: {},
    connection: {
      host,
      port: port ?? 22,
      user: user ?? localUser(),
      knownHosts: node.connection.knownHosts,
      assumed,
      sshOptions: before.length === 0 ? [] : [`ProxyJump ${formatJumpHosts(before)}`],
    },
  };
}

/**
 * Says when the jump hosts of a route lead to each other. It must be asked before any is entered: they are shared, so two
 * of them would wait for each other.
 */
export async function jumpLoop(
  { node, through }: Route,
  findRoute: (node: Node) => Promise<Result<Route>>,
): Promise<Diagnostic | undefined> {
  const seen = new Set<string>();
  for (let way = through, from = node; way.kind === 'jump';) {
    const hop = lastHop(from, way.hosts);
    const key = JSON.stringify(hop.connection);
    if (seen.has(key) || seen.size === mostHops) return leadToEachOther(node);
    seen.add(key);
    const route = await findRoute(hop);
    if (!route.ok) return undefined;
    ({ node: from, through: way } = route.value);
  }
  return undefined;
}

function leadToEachOther(node: Node): Diagnostic {
  return unreachable(
    node,
    'jump-loop',
    'its jump hosts lead to each other; a way that ends is wanted',
    'keep the jump host itself out of ProxyJump in ~/.ssh/config, as with "Host * !bastion"',
  );
}

import type { Parameters } from '../cli/getopt.ts';
import type { Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import type { FirewallFile, Owner } from './firewall-file.ts';
import { openScope } from './scope.ts';

/** GET .../firewall/refs: names that a rule may use. The lab has none of SDN's. */
export function refRows(owner: Owner, session: Session, given: Parameters): Json {
  const { file, cluster } = openScope(owner, session, given);
  const own = owner === 'cluster' ? [] : refsOf(file, 'guest', given['type']);
  return [...refsOf(cluster, 'dc', given['type']), ...own];
}

function refsOf({ ipsets, aliases }: FirewallFile, scope: string, type: string | undefined): readonly Json[] {
  const row = (kind: string, name: string, ref: string, comment: string): Json => ({
    type: kind,
    name,
    ref,
    scope,
    ...(comment === '' ? {} : { comment }),
  });
  const sets = [...ipsets].map(([name, { comment }]) => row('ipset', name, `+${name}`, comment));
  const names = [...aliases.values()].map(({ name, comment }) => row('alias', name, name, comment));
  return [...(type === 'alias' ? [] : sets), ...(type === 'ipset' ? [] : names)];
}

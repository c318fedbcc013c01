import { isDeepStrictEqual } from 'node:util';
import { formatAddress } from '../address.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { formatPosition, positionAt } from '../diagnostic.ts';
import type { Wanted } from '../modules/module.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Spec } from '../spec.ts';
import type { Planner } from './planner.ts';

/** A validated spec with what plans it, and the cluster that it belongs to. */
export interface Placed {
  readonly planner: Planner;
  readonly snapshot: Snapshot;
  readonly wanted: Wanted;
  /** The specs that came out as this one. */
  readonly specs: readonly Spec[];
}

export interface Merged {
  readonly placed: readonly Placed[];
  readonly refusals: readonly { readonly spec: Spec; readonly diagnostics: readonly Diagnostic[] }[];
}

/**
 * Specs of several hosts that came out the same for one address are one; different ones are an error that names both.
 * The order of first appearance is kept.
 */
export function mergeWanted(placed: readonly Placed[]): Merged {
  const byAddress = new Map<string, Placed>();
  const conflicts = new Map<string, Diagnostic>();
  for (const each of placed) {
    const key = formatAddress(each.wanted.address);
    const first = byAddress.get(key);
    if (first === undefined) {
      byAddress.set(key, each);
      continue;
    }
    if (!conflicts.has(key) && !sameWish(first.wanted, each.wanted))
      conflicts.set(key, conflict(first.wanted, each.wanted));
    byAddress.set(key, {
      ...first,
      specs: [...first.specs, ...each.specs],
      wanted: {
        ...first.wanted,
        declaredBy: [...new Set([...first.wanted.declaredBy, ...each.wanted.declaredBy])],
      },
    });
  }
  const refusals = [...conflicts].flatMap(([key, diagnostic]) =>
    (byAddress.get(key)?.specs ?? []).map((spec) => ({ spec, diagnostics: [diagnostic] })),
  );
  return { placed: [...byAddress].filter(([key]) => !conflicts.has(key)).map(([, each]) => each), refusals };
}

function sameWish(a: Wanted, b: Wanted): boolean {
  const wish = ({ state, node, options, secrets, words }: Wanted): unknown => ({
    state,
    node,
    options,
    secrets,
    words,
  });
  return isDeepStrictEqual(wish(a), wish(b));
}

function conflict(a: Wanted, b: Wanted): Diagnostic {
  const at = positionAt(b.positions, []);
  const first = positionAt(a.positions, []);
  const differing = [...new Set([...Object.keys(a.options), ...Object.keys(b.options)])].filter(
    (option) => !isDeepStrictEqual(a.options[option], b.options[option]),
  );
  differing.push(...Object.keys(a.secrets).filter((option) => a.secrets[option] !== b.secrets[option]));
  if (a.state !== b.state) differing.push('state');
  if (a.node !== b.node) differing.push('node');
  return {
    code: 'plan/conflict',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot plan ${formatAddress(a.address)}: ${who(a)} and ${who(b)} declare it differently (${differing.join(', ')})`,
    ...(at && { at }),
    hint: `Declare it once, or the same everywhere${first ? `; the other one is at ${formatPosition(first)}` : ''}.`,
  };
}

function who(wanted: Wanted): string {
  return wanted.declaredBy.join(', ');
}

import { formatAddress } from '../address.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { positionAt } from '../diagnostic.ts';
import type { Merged, Placed } from './merge-wanted.ts';

/** What is declared and claims a thing that only one may have; with where it is declared. */
interface Claimant {
  readonly placed: Placed;
  readonly path: readonly string[];
}

/** Refuses each resource that claims what another one of these does too, in the same cluster. */
export function refuseDoubleClaims(merged: Merged): Merged {
  const claimants = new Map<string, Claimant[]>();
  for (const placed of merged.placed) {
    if (placed.wanted.state === 'absent') continue;
    for (const { name, path } of placed.planner.claims(placed.wanted)) {
      const key = `${name} in ${placed.snapshot.cluster}`;
      claimants.set(key, [...(claimants.get(key) ?? []), { placed, path }]);
    }
  }
  const refused = new Map<Placed, Diagnostic[]>();
  for (const [key, all] of claimants) {
    for (const [index, claimant] of all.entries()) {
      const other = all[index === 0 ? 1 : 0];
      if (other === undefined) continue;
      const before = refused.get(claimant.placed) ?? [];
      refused.set(claimant.placed, [...before, claimedTwice(key, claimant, other)]);
    }
  }
  return {
    placed: merged.placed.filter((placed) => !refused.has(placed)),
    refusals: [
      ...merged.refusals,
      ...[...refused].flatMap(([placed, diagnostics]) => placed.specs.map((spec) => ({ spec, diagnostics }))),
    ],
  };
}

function claimedTwice(what: string, { placed, path }: Claimant, other: Claimant): Diagnostic {
  const at = positionAt(placed.wanted.positions, path);
  const who = `${other.path[0]} of ${formatAddress(other.placed.wanted.address)}`;
  return {
    code: 'plan/claimed-twice',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot plan ${formatAddress(placed.wanted.address)}: ${path[0]} and ${who} both claim ${what}; only one can have it`,
    ...(at && { at }),
  };
}

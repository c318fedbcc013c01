import { formatAddress } from '../address.ts';
import type { DriftReport } from '../documents/drift-of-document.ts';
import { specAddress } from '../documents/spec-address.ts';
import { hasDrift } from '../documents/drift-of-document.ts';

/** A drift report as one JSON text with a line break. */
export function driftJson(drift: DriftReport): string {
  const {
    different,
    needsRestart,
    undeclared,
    refusals,
    unanswered,
    notAsked,
    warnings,
    unreachable,
    compared,
  } = drift;
  const document = {
    drift: hasDrift(drift),
    different: different.map(({ address, title, node, action, declaredAt, differences }) => ({
      address: formatAddress(address),
      title,
      node,
      action,
      declaredAt,
      differences,
    })),
    needsRestart: needsRestart.map((each) => ({ ...each, address: formatAddress(each.address) })),
    undeclared: undeclared.map((each) => ({ ...each, address: formatAddress(each.address) })),
    refusals: refusals.map(({ spec, diagnostics }) => ({
      kind: spec.kind,
      at: spec.positions[''],
      diagnostics,
    })),
    leftOut: [...unanswered, ...notAsked].map(({ spec }) => formatAddress(specAddress(spec))),
    warnings,
    unreachable,
    summary: {
      compared,
      different: different.length,
      needsRestart: needsRestart.length,
      undeclared: undeclared.length,
      refused: refusals.length,
      leftOut: unanswered.length + notAsked.length,
      unreachable: unreachable.length,
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

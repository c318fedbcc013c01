import { formatAddress } from '../address.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { positionAt } from '../diagnostic.ts';
import type { Wanted } from '../modules/module.ts';
import { onlineMembers } from '../snapshot/members.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

export function unknownState(wanted: Wanted, reason: string): Diagnostic {
  const at = positionAt(wanted.positions, []);
  return {
    code: 'plan/unknown',
    severity: 'error',
    trouble: 'refused',
    message: `Cannot plan ${formatAddress(wanted.address)}: its present state is not known, as ${reason}`,
    ...(at && { at }),
    hint: 'What could not be read is never taken for absent or stopped. Mend the node and plan again.',
  };
}

/** A cluster without quorum takes no change of its files; PVE would wait, and then fail. */
export function noQuorum(wanted: Wanted, snapshot: Snapshot): Diagnostic {
  const at = positionAt(wanted.positions, []);
  const online = onlineMembers(snapshot);
  const votes = `${online.length} of ${Object.keys(snapshot.nodes).length} members online: ${online.join(', ')}`;
  return {
    code: 'plan/no-quorum',
    severity: 'error',
    trouble: 'refused',
    message: `Cannot change ${formatAddress(wanted.address)}: cluster ${snapshot.cluster} has no quorum (${votes})`,
    ...(at && { at }),
    hint: 'Bring members back until "pvecm status" says "Quorate: Yes", and plan again.',
  };
}

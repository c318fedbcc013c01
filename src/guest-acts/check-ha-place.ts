import type { Diagnostic } from '../diagnostic.ts';
import { refusal } from '../modules/guest/check-place.ts';
import { affinityOf } from '../snapshot/ha-affinity.ts';
import { findGuest } from '../snapshot/guests.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Asked } from './act.ts';

/** What HA would refuse, or undo soon after (pitfall 21; demands 14). */
export function checkHaPlace({ guest, snapshot, wanted }: Asked, target: string): readonly Diagnostic[] {
  if (guest.ha === undefined) return [];
  const { sid, is } = guest.ha;
  const complain = (code: string, what: string, hint?: string): Diagnostic =>
    refusal(wanted, ['target'], code, what, hint);
  if (is === 'error')
    return [
      complain(
        'guest/ha-error',
        'HA has it in the state "error" and leaves it alone',
        `Mend what is wrong, then: ha-manager set ${sid} --state disabled, and plan again.`,
      ),
    ];
  const { nodes, apart, failback } = affinityOf(snapshot, sid);
  const found: Diagnostic[] = [];
  const hinder = apart.find((other) => nodeOf(snapshot, other) === target);
  if (hinder !== undefined)
    found.push(
      complain(
        'guest/ha-apart',
        `a rule of HA keeps it apart from ${hinder}, which is on ${target}`,
        'See: ha-manager rules config',
      ),
    );
  const priority = nodes?.nodes.get(target);
  const best = Math.max(...(nodes?.nodes.values() ?? []));
  if (nodes !== undefined && priority === undefined && nodes.strict)
    found.push(complain('guest/ha-nodes', `${nodes.name} of HA allows it on ${listed(nodes.nodes)} only`));
  else if (nodes !== undefined && failback && (priority === undefined || priority < best))
    found.push(
      complain(
        'guest/ha-back',
        `HA would move it back, as ${nodes.name} prefers ${listed(nodes.nodes, best)}`,
        `Change that rule, or: ha-manager set ${sid} --failback 0`,
      ),
    );
  return found;
}

/** Where another service is. */
function nodeOf(snapshot: Snapshot, sid: string): string | undefined {
  const there = findGuest(snapshot, Number(sid.replace(/^\w+:/u, '')));
  return there === undefined || isUnknown(there) ? undefined : there.node;
}

function listed(nodes: ReadonlyMap<string, number>, least = -Infinity): string {
  return [...nodes].flatMap(([node, priority]) => (priority >= least ? [node] : [])).join(', ');
}

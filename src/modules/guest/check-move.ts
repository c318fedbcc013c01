import type { Diagnostic } from '../../diagnostic.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { PlanOptions, Wanted } from '../module.ts';
import { checkFormat } from './check-format.ts';
import { checkStorage, refusal } from './check-place.ts';
import type { GuestKind } from './guest-kind.ts';
import { movesStoppedOnly } from './move-disk.ts';
import { optionEffect } from './option-effect.ts';
import { isPending } from './pending-differences.ts';
import type { Guest } from './read-guest.ts';
import { propertyValue } from './read-guest.ts';
import { snapshotsOf } from './unused-disks.ts';
import type { Wish } from './wish.ts';

/** What stands against moving a disk; `stops`: the guest is shut down before it. */
export function checkMove(
  kind: GuestKind,
  wanted: Wanted,
  snapshot: Snapshot,
  guest: Guest,
  { option, row, disk }: Wish,
  { allowDestroy, stops }: Pick<PlanOptions, 'allowDestroy'> & { readonly stops: boolean },
): readonly Diagnostic[] {
  const { move, change } = disk;
  if (move === undefined) return [];
  const refuse = (code: string, what: string, hint: string): Diagnostic =>
    refusal(wanted, [option], code, what, hint);
  const runs = guest.power === 'running' && !stops;
  const found = [
    ...checkStorage(wanted, [option, 'storage'], snapshot, guest.node, move.storage, kind.diskContent),
    ...checkFormat(wanted, [option, 'format'], snapshot, move.storage, move.format),
  ];
  if (runs && movesStoppedOnly(kind, option))
    found.push(
      refuse(
        'guest/move-running',
        `${option} is moved only while the ${kind.label} is stopped, and it runs`,
        'Declare "restart: if-needed", which lets it be shut down for that and started again, or "state: stopped".',
      ),
    );
  // Its line would name the old volume, and bring it back at the next stop.
  const after = change?.after === undefined ? undefined : propertyValue(kind, option, change.after);
  const before =
    guest.active[option] === undefined ? undefined : propertyValue(kind, option, guest.active[option]);
  const waits = change?.how === 'set' && optionEffect(row, option, guest, before, after) === 'restart';
  if (runs && (isPending(guest, option) || waits))
    found.push(
      refuse(
        'guest/move-pending',
        `${option} has options that wait for a restart, with the name of its present volume: the move would be lost at the next stop`,
        waits
          ? 'Apply the options first and restart it, or declare the move alone.'
          : `Restart it first, or drop what waits: ${kind.command} set ${guest.vmid} --revert ${option}`,
      ),
    );
  if (!move.deletesSource) return found;
  const held = snapshotsOf(kind, guest.config, move.from.volume);
  if (held.length > 0)
    found.push(
      refuse(
        'guest/disk-in-snapshot',
        `${move.from.volume} is in the snapshot ${held.join(', ')}, and the spec wants it deleted after the move`,
        'Leave "delete-source" out: the old copy then stays as an unused disk.',
      ),
    );
  if (!allowDestroy)
    found.push(
      refuse(
        'guest/destroy',
        `delete-source destroys the old copy of ${option}, ${move.from.volume}`,
        'Run again with --allow-destroy if that is meant, or leave it out.',
      ),
    );
  return found;
}

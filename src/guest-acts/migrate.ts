import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { SHUTDOWN_SECONDS } from '../modules/guest/guest-kind.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Asked, GuestAct } from './act.ts';
import { refuse } from './act-refusal.ts';
import { actTable } from './act-table.ts';
import { MOVES_AT_ONCE } from './shared-arguments.ts';
import { checkHaPlace } from './check-ha-place.ts';
import { checkMovable } from './check-movable.ts';
import { checkTarget } from './check-target.ts';
import { moveRisks } from './move-risks.ts';
import type { MoveMode } from './move-steps.ts';
import { haMoveSteps, moveSteps } from './move-steps.ts';

/** What PVE would refuse in the middle of it is refused in the plan; a guest under HA is moved by HA (demands 14). */
export const migrate: GuestAct = {
  name: 'migrate',
  ...actTable.migrate,
  draft(asked) {
    const { guest, args } = asked;
    const { target = '' } = args;
    if (guest.node === target) return ok({ differences: [], risks: [], steps: [] });
    const unfit = checkTarget(asked, target);
    if (unfit.length > 0) return fail(...unfit);
    const mode = modeOf(asked);
    if (!mode.ok) return mode;
    const refused = [...checkMovable(asked, target), ...checkHaPlace(asked, target)];
    if (refused.length > 0) return fail(...refused);
    const move = {
      target,
      mode: mode.value,
      seconds: Number(args['timeout'] ?? SHUTDOWN_SECONDS),
      withLocalDisks: args['with-local-disks'] === '1',
      atOnce: Number(args['at_once'] ?? MOVES_AT_ONCE),
      ...(args['target-storage'] !== undefined && { storageMap: args['target-storage'] }),
    };
    return ok({
      differences: [{ property: 'node', before: guest.node, after: target, effect: 'now' }],
      risks: moveRisks(asked, target, mode.value),
      steps: guest.ha === undefined ? moveSteps(guest, move) : haMoveSteps(guest, guest.ha, move),
    });
  },
};

/** A guest that runs is moved in the way that somebody has asked for, and no other. */
function modeOf(asked: Asked): Result<MoveMode> {
  const { guest, args } = asked;
  if (isUnknown(guest.power))
    return refuse(
      asked,
      '',
      'guest/power-unknown',
      `whether it runs is not known, as ${guest.power.unknown}`,
      'Mend the node and plan again.',
    );
  if (guest.power === 'stopped') return ok('offline');
  const word = guest.type === 'vm' ? 'online' : 'restart';
  if (args[word] === '1') return ok(word);
  const how = guest.type === 'vm' ? 'while it runs' : 'by way of a restart';
  return refuse(
    asked,
    '',
    `guest/${word}`,
    `it runs; to move it ${how}, consent is wanted`,
    `Say "${word}: yes" (--${word}), or shut it down first.`,
  );
}

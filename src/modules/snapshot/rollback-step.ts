import { address } from '../../address.ts';
import type { DraftStep, GuestAt } from '../guest/power-step.ts';
import { guestLock, guestPath } from '../guest/power-step.ts';

const ROLLBACK_SECONDS = 3600;

/** Back to a snapshot; PVE stops the guest hard before, and starts it if the snapshot has its memory or `start` says so. */
export function rollbackStep(
  guest: GuestAt,
  name: string,
  { runs, start }: { readonly runs: boolean; readonly start: boolean },
): DraftStep {
  const { kind, vmid, node, cluster, path } = guest;
  return {
    node,
    act: {
      run: 'call',
      call: {
        method: 'POST',
        path: `${guestPath(guest)}/snapshot/${name}/rollback`,
        params: start ? { start: '1' } : {},
      },
    },
    guards: [{ require: 'quorum' }, { require: 'unchanged', path }],
    locks: [guestLock(guest)],
    effects: [
      {
        brings: 'rolled-back',
        address: address(kind.kind, vmid, cluster),
        node,
        name,
        ...(runs && { runs }),
      },
    ],
    undo: { impossible: 'what was written since the snapshot is gone' },
    detached: true,
    timeoutSeconds: ROLLBACK_SECONDS,
  };
}

import { address } from '../../address.ts';
import type { DraftStep, Target } from '../guest/power-step.ts';
import { guestLock, guestPath } from '../guest/power-step.ts';

const ROLLBACK_SECONDS = 3600;

/** Back to a snapshot; PVE stops the guest hard before, and starts it if the snapshot has its memory or `start` says so. */
export function rollbackStep(
  guest: Target,
  to: string,
  is: 'running' | 'stopped',
  start: boolean,
): DraftStep {
  const { kind, vmid, node, cluster, path } = guest;
  return {
    node,
    act: {
      run: 'call',
      call: {
        method: 'POST',
        path: `${guestPath(guest)}/snapshot/${to}/rollback`,
        params: start ? { start: '1' } : {},
      },
    },
    guards: [{ require: 'quorum' }, { require: 'unchanged', path }],
    locks: [guestLock(guest)],
    effects: [{ brings: 'rollback', address: address(kind.kind, vmid, cluster), node, to, is }],
    undo: { impossible: 'what was written since the snapshot is gone' },
    detached: true,
    timeoutSeconds: ROLLBACK_SECONDS,
  };
}

import { formatAddress } from '../address.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { findModule } from '../modules/registry.ts';
import type { Change, Step } from '../plan/plan.ts';
import { showCommand } from '../pve/render-call.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { actArgv } from './step-script.ts';

/** The steps that take back what a failed one has left, by its module. */
export function leftBy(
  step: Step,
  was: Snapshot | undefined,
  is: Snapshot | undefined,
): readonly Omit<Step, 'id'>[] {
  if (was === undefined || is === undefined) return [];
  return step.effects.flatMap((effect) => findModule(effect.address.kind)?.takeBack(was, is, effect) ?? []);
}

/** What came of it. */
export function tookBack(change: Change, step: Step, command: string, done: boolean): Diagnostic {
  const { code, left, them, otherwise } = step.effects.some(({ brings }) => brings === 'restore')
    ? {
        code: 'apply/left-config',
        left: 'an unfinished guest',
        them: 'it was',
        otherwise: 'it would be taken for the guest',
      }
    : {
        code: 'apply/left-pending',
        left: 'changes pending',
        them: 'they were',
        otherwise: 'the next restart would apply them',
      };
  const failed = `step ${step.id} of ${formatAddress(change.address)} has failed and left ${left}`;
  return done
    ? { code, trouble: 'failed', severity: 'warning', message: `${failed}; ${them} taken back: ${command}` }
    : {
        code,
        trouble: 'failed',
        severity: 'error',
        message: `Cannot take back what is left: ${failed}; ${otherwise}`,
        hint: `Take it back on ${step.node}: ${command}`,
      };
}

/** The step's command for somebody who types it: a digest is of one moment, and left out. */
export function typedCommand({ act }: Step): string {
  if (act.run === 'exec') return showCommand(act.argv);
  const params = Object.entries(act.call.params).filter(([, value]) => typeof value === 'string');
  return showCommand(actArgv({ run: 'call', call: { ...act.call, params: Object.fromEntries(params) } }));
}

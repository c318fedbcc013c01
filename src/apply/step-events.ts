import { formatAddress } from '../address.ts';
import type { Change, Step } from '../plan/plan.ts';
import { showCommand } from '../pve/render-call.ts';
import type { Event } from './event.ts';
import { actArgv } from './step-script.ts';

/** A step whose turn did not come. */
export function notRun(cluster: string, change: Change, step: Step): Event {
  return {
    type: 'step-finished',
    at: new Date().toISOString(),
    cluster,
    step: step.id,
    address: formatAddress(change.address),
    node: step.node,
    command: showCommand(actArgv(step.act)),
    ...declared(change),
    outcome: 'not-run',
    exit: null,
    seconds: 0,
    stdout: '',
    stderr: '',
    diagnostics: [],
  };
}

/** Where a change was declared, as events have it. */
export function declared({ declaredAt }: Change): Pick<Change, 'declaredAt'> {
  return declaredAt === undefined ? {} : { declaredAt };
}

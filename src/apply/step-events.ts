import { formatAddress } from '../address.ts';
import type { Change, Step } from '../plan/plan.ts';
import { showCommand } from '../pve/render-call.ts';
import type { Event } from './event.ts';
import { actArgv } from './step-script.ts';

/** Which step it is, as events have it. */
type About = Pick<
  Extract<Event, { type: 'step-started' }>,
  'cluster' | 'step' | 'address' | 'node' | 'command' | 'unit' | 'declaredAt'
>;

/** A step of a change, whose turn did not come. */
export function notRun(cluster: string, change: Change, step: Step, unit: string): Event {
  return stepNotRun({
    cluster,
    step: step.id,
    address: formatAddress(change.address),
    node: step.node,
    command: showCommand(actArgv(step.act)),
    unit,
    ...declared(change),
  });
}

/** A step that was not run after all. */
export function stepNotRun(about: About): Event {
  return {
    type: 'step-finished',
    at: new Date().toISOString(),
    ...about,
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

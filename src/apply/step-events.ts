import { formatAddress } from '../address.ts';
import type { Change, Step } from '../plan/plan.ts';
import { showCommand } from '../pve/render-call.ts';
import type { Event } from './event.ts';
import { actArgv, shownArgv } from './step-script.ts';
import { unitOf } from './unit.ts';

/** Which step it is, as events have it. */
type About = Pick<
  Extract<Event, { type: 'step-started' }>,
  'cluster' | 'step' | 'address' | 'node' | 'command' | 'unit' | 'declaredAt'
>;

/** A step is begun, with the digests of its change's files as they are known now. */
export function stepStarted(
  cluster: string,
  change: Change,
  step: Step,
  {
    run,
    boot,
    digests = change.digests,
  }: {
    readonly run: string;
    readonly boot: string | undefined;
    readonly digests?: Change['digests'];
  },
): Extract<Event, { type: 'step-started' }> & { readonly unit: string } {
  return {
    type: 'step-started',
    at: new Date().toISOString(),
    cluster,
    step: step.id,
    address: formatAddress(change.address),
    node: step.node,
    command: showCommand(shownArgv(step.act, digests)),
    unit: unitOf(run, step.id),
    ...declared(change),
    digests,
    ...(boot !== undefined && { boot }),
  };
}

/** Which step it is, for the event of its end. */
export function stepOf(started: Extract<Event, { type: 'step-started' }>): About {
  const { type: _type, at: _at, digests: _digests, boot: _boot, ...about } = started;
  return about;
}

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

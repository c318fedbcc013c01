import type { Diagnostic } from '../diagnostic.ts';
import { destroyedBesides } from './destroyed-besides.ts';
import type { Plan } from './plan.ts';
import type { Serial } from './serial.ts';
import { formatSerial } from './serial.ts';
import { summarize } from './summarize.ts';

/** What a plan must keep under. */
export interface Ceilings {
  readonly maxChanges?: number;
  /** Guests that need a restart afterwards. */
  readonly maxRestarts: number;
  readonly maxDestroys?: number;
}

/** What holds an apply back: ceilings, and how many nodes are changed at a time. */
export interface Brakes extends Ceilings {
  readonly serial?: Serial;
  readonly pauseSeconds: number;
  /** Of the nodes of a batch; when more have failed, nothing more is begun. */
  readonly maxFailPercentage?: number;
}

/** Why plans may not be applied: one refusal for each ceiling that they go over. */
export function overCeilings(
  plans: readonly Plan[],
  { maxChanges, maxRestarts, maxDestroys }: Ceilings,
  act: 'apply this plan' | 'go on with this run' = 'apply this plan',
): readonly Diagnostic[] {
  const { add, change, destroy, restart } = summarize(plans);
  const changes = add + change + destroy;
  const destroyed = destroy + destroyedBesides(plans).length;
  const over = (
    what: string,
    count: number,
    ceiling: number | undefined,
    is: string,
  ): readonly Diagnostic[] => {
    if (ceiling === undefined || count <= ceiling) return [];
    const flag = `--max-${what}`;
    const allowed = `at most ${ceiling} ${ceiling === 1 ? 'is' : 'are'} allowed (${flag})`;
    return [
      {
        code: `plan/max-${what}`,
        severity: 'error',
        trouble: 'refused',
        message: `Cannot ${act}: ${is}; ${allowed}`,
        hint: `If all of it is meant: ${flag} ${count}`,
      },
    ];
  };
  const guests = restart === 1 ? '1 guest needs' : `${restart} guests need`;
  return [
    ...over('changes', changes, maxChanges, `it has ${counted(changes, 'change')}`),
    ...over('restarts', restart, maxRestarts, `${guests} a restart after it`),
    ...over('destroys', destroyed, maxDestroys, `it destroys ${counted(destroyed, 'thing')}`),
  ];
}

/** The brakes in force, in words: "at most 10 restarts; nodes in batches of 1, 10%, 100%, 30 s between them". */
export function describeBrakes(brakes: Brakes): string {
  const ceilings = [
    ...(brakes.maxChanges === undefined ? [] : [counted(brakes.maxChanges, 'change')]),
    counted(brakes.maxRestarts, 'restart'),
    ...(brakes.maxDestroys === undefined ? [] : [counted(brakes.maxDestroys, 'destroy')]),
  ];
  const { serial, pauseSeconds } = brakes;
  return [
    `at most ${ceilings.join(', ')}`,
    ...(serial === undefined ? [] : [`nodes in batches of ${formatSerial(serial)}`]),
    ...(serial === undefined || pauseSeconds === 0 ? [] : [`${pauseSeconds} s between batches`]),
    ...(serial === undefined && brakes.maxFailPercentage === undefined
      ? []
      : [`stop when more than ${failPercentage(brakes)}% of a batch's nodes fail`]),
  ].join('; ');
}

/** Without a word about it: a batch with a failure is the last, and where there are no batches all is finished. */
export function failPercentage({
  serial,
  maxFailPercentage,
}: Pick<Brakes, 'serial' | 'maxFailPercentage'>): number {
  return maxFailPercentage ?? (serial === undefined ? 100 : 0);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

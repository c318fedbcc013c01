import type { Address } from '../address.ts';
import { formatAddress } from '../address.ts';
import type { Effect, PropertyValue, Step } from '../plan/plan.ts';
import type { AppliedChange } from './applied-run.ts';

/** What of one option does not come back, and why; without keys: all of it. */
export interface Lasting {
  readonly keys?: readonly string[];
  readonly why: string;
}

/** One property as it was before the run, and as the run was to leave it. Undefined: not set. */
export interface TouchedProperty {
  readonly before?: PropertyValue;
  readonly after?: PropertyValue;
}

/** All that a run did to one resource, its changes taken together. */
export interface Touched {
  readonly address: Address;
  readonly title: string;
  /** Node that it was on. */
  readonly node: string;
  /** The run made it; with `removed` too: made it anew, after it had removed the one before. */
  readonly made: boolean;
  /** The run removed it, or began to; why it does not come back. */
  readonly removed?: string;
  /** It was put back to a snapshot: what it was before that is gone. */
  readonly reset?: true;
  readonly properties: ReadonlyMap<string, TouchedProperty>;
  readonly power?: { readonly before: 'running' | 'stopped'; readonly after: 'running' | 'stopped' };
  readonly lasting: ReadonlyMap<string, Lasting>;
  /** What was done to it that no declaration brings back: "it was moved to pve2". */
  readonly acts: readonly string[];
}

/** The resources that the changes are about, the last one first: what came last goes back first. */
export function touchedBy(changes: readonly AppliedChange[]): readonly Touched[] {
  const byAddress = new Map<string, Touched>();
  for (const applied of changes) {
    const { address, title, node } = applied.change;
    const key = formatAddress(address);
    const before = byAddress.get(key) ?? {
      address,
      title,
      node,
      made: false,
      properties: new Map(),
      lasting: new Map(),
      acts: [],
    };
    byAddress.delete(key);
    byAddress.set(
      key,
      applied.begun.reduce((touched, step) => withStep(touched, step, applied), { ...before, title, node }),
    );
  }
  return [...byAddress.values()].toReversed();
}

function withStep(touched: Touched, step: Step, applied: AppliedChange): Touched {
  const key = formatAddress(touched.address);
  return step.effects
    .filter(({ address }) => formatAddress(address) === key)
    .reduce((before, effect) => withEffect(before, effect, step, applied), touched);
}

function withEffect(touched: Touched, effect: Effect, step: Step, applied: AppliedChange): Touched {
  if (effect.brings === 'absence') {
    const { undo } = step;
    // What the run itself made and removed again was not there before.
    if (touched.made) return touched;
    return { ...touched, removed: 'impossible' in undo ? undo.impossible : 'it was removed' };
  }
  if (effect.brings === 'options' && effect.created) return { ...touched, made: true };
  if (effect.brings === 'snapshot') return touched;
  // What the run itself made goes as a whole.
  if (touched.made) return touched;
  if (effect.brings === 'rolled-back') return { ...touched, reset: true };
  if (effect.brings === 'power') {
    const before = touched.power?.before ?? (effect.is === 'running' ? 'stopped' : 'running');
    return { ...touched, power: { before, after: effect.is } };
  }
  if (effect.brings === 'restore')
    return { ...touched, acts: [...touched.acts, 'it was restored from an archive'] };
  if (effect.brings === 'place')
    return { ...touched, acts: [...touched.acts, `it was moved from ${effect.node} to ${effect.to}`] };
  const names = [...Object.keys(effect.set), ...effect.remove, ...effect.revert];
  const properties = new Map(touched.properties);
  const lasting = new Map(touched.lasting);
  for (const { property, before, after } of applied.change.differences) {
    if (!names.includes(property)) continue;
    const first = properties.has(property) ? properties.get(property)?.before : before;
    properties.set(property, {
      ...(first !== undefined && { before: first }),
      ...(after !== undefined && { after }),
    });
  }
  for (const name of names) {
    const last = lastingOf(step, effect, name);
    const before = lasting.get(name);
    if (last !== undefined) lasting.set(name, before === undefined ? last : both(before, last));
  }
  return { ...touched, properties, lasting };
}

/** What two steps say of one option: a disk that was moved, and has grown. */
function both(one: Lasting, other: Lasting): Lasting {
  const why = one.why === other.why ? one.why : `${one.why}; ${other.why}`;
  if (one.keys === undefined || other.keys === undefined) return { why };
  return { keys: [...new Set([...one.keys, ...other.keys])], why };
}

/** What a step says of an option that can't be undone: all that it sets there. */
function lastingOf(
  { undo }: Step,
  { set }: Effect & { brings: 'options' },
  option: string,
): Lasting | undefined {
  if (!('impossible' in undo)) return undefined;
  const parts = undo.options?.flatMap((name) =>
    name.startsWith(`${option}.`) ? [name.slice(option.length + 1)] : [],
  );
  if (parts !== undefined && parts.length > 0) return { keys: parts, why: undo.impossible };
  if (undo.options?.includes(option) === false) return undefined;
  const value = set[option];
  return {
    ...(typeof value === 'object' && { keys: Object.keys(value) }),
    why: undo.impossible,
  };
}

import type { Act, Change, Difference, Plan, PropertyValue, Step } from '../plan/plan.ts';
import type { PveCall } from '../pve/call.ts';
import type { Entry } from './entry.ts';

/**
 * The parameters of a call, and the sub-properties of a difference, have an order in which they are shown and run, and
 * canonical JSON sorts keys. So a journal has them as lists of name and value.
 */
type Params = PveCall['params'];
type Listed<Value> = readonly (readonly [name: string, value: Value])[];

/** What is done to each of the two. */
interface Ways<P, V> {
  readonly params: (params: Params) => P;
  readonly value: (value: PropertyValue) => V;
}

/** An entry as it is written. */
export function listKeys(entry: Entry): unknown {
  if (entry.type !== 'planned') return entry;
  return { ...entry, plans: withKeys(entry.plans, { params: listOf, value: listedValue }) };
}

/** An entry as it was given to the journal. Journals of before have the keys as they are in a plan. */
export function unlistKeys(entry: Entry): Entry {
  if (entry.type !== 'planned') return entry;
  return { ...entry, plans: withKeys(entry.plans, { params: unlisted, value: unlistedValue }) };
}

function listOf<Value>(of: Readonly<Record<string, Value>>): Listed<Value> {
  return Object.entries(of);
}

function unlisted<Value>(
  recorded: Readonly<Record<string, Value>> | Listed<Value>,
): Readonly<Record<string, Value>> {
  return isListed(recorded) ? Object.fromEntries(recorded) : recorded;
}

function isListed<Value>(
  recorded: Readonly<Record<string, Value>> | Listed<Value>,
): recorded is Listed<Value> {
  return Array.isArray(recorded);
}

const listedValue = (value: PropertyValue): string | Listed<string> =>
  typeof value === 'string' ? value : listOf(value);

const unlistedValue = (value: PropertyValue | Listed<string>): PropertyValue =>
  typeof value === 'string' ? value : unlisted(value);

function withKeys<P, V>(plans: readonly Plan[], ways: Ways<P, V>) {
  const ofAct = (act: Act) =>
    act.run === 'call' ? { ...act, call: { ...act.call, params: ways.params(act.call.params) } } : act;
  const ofStep = (step: Step) => ({
    ...step,
    act: ofAct(step.act),
    undo: 'impossible' in step.undo ? step.undo : step.undo.map(ofAct),
  });
  const ofDifference = ({ before, after, runs, ...difference }: Difference) => ({
    ...difference,
    ...(before !== undefined && { before: ways.value(before) }),
    ...(after !== undefined && { after: ways.value(after) }),
    ...(runs !== undefined && { runs: runs && ways.value(runs) }),
  });
  const ofChange = (change: Change) => ({
    ...change,
    differences: change.differences.map(ofDifference),
    steps: change.steps.map(ofStep),
  });
  return plans.map((plan) => ({ ...plan, changes: plan.changes.map(ofChange) }));
}

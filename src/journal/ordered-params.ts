import type { Act, Plan, Step } from '../plan/plan.ts';
import type { PveCall } from '../pve/call.ts';
import type { Entry } from './entry.ts';

/**
 * The parameters of a call have an order, in which its command is shown and run, and canonical JSON sorts keys. So a journal
 * has them as a list of name and value.
 */
type Params = PveCall['params'];
type ListedParams = readonly (readonly [name: string, value: Params[string]])[];

/** An entry as it is written. */
export function listParams(entry: Entry): unknown {
  if (entry.type !== 'planned') return entry;
  return { ...entry, plans: withParams(entry.plans, (params): ListedParams => Object.entries(params)) };
}

/** An entry as it was given to the journal. Journals of before have the parameters as they are in a call. */
export function unlistParams(entry: Entry): Entry {
  if (entry.type !== 'planned') return entry;
  return { ...entry, plans: withParams(entry.plans, callParams) };
}

function callParams(recorded: Params | ListedParams): Params {
  return Symbol.iterator in recorded ? Object.fromEntries(recorded) : recorded;
}

function withParams<P>(plans: readonly Plan[], of: (params: Params) => P) {
  const ofAct = (act: Act) =>
    act.run === 'call' ? { ...act, call: { ...act.call, params: of(act.call.params) } } : act;
  const ofStep = (step: Step) => ({
    ...step,
    act: ofAct(step.act),
    undo: 'impossible' in step.undo ? step.undo : step.undo.map(ofAct),
  });
  return plans.map((plan) => ({
    ...plan,
    changes: plan.changes.map((change) => ({ ...change, steps: change.steps.map(ofStep) })),
  }));
}

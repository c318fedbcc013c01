import { formatAddress } from '../address.ts';
import type { Outcome } from '../apply/event.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Plan } from '../plan/plan.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { ApplyResult, Checkpoint } from './shapes.ts';
import { PLUGIN } from './shapes.ts';
import { statesOf } from './state.ts';

/** What a run did, for its result. */
export interface Ran {
  readonly run: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** As it was before. */
  readonly survey: Survey;
  readonly plans: readonly Plan[];
  /** By cluster and change: "lab#3". */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** Of changes, by the same key, and of all else. */
  readonly diagnostics: ReadonlyMap<string, readonly Diagnostic[]>;
  readonly troubles: readonly Diagnostic[];
}

/** How an apply ended, in the shape of the plugin contract. */
export function applyResult({ run, timestamp, survey, plans, outcomes, ...told }: Ran): ApplyResult {
  const changes = plans.flatMap((plan) =>
    plan.changes.map((change) => ({
      key: `${plan.cluster}#${change.id}`,
      what: `${verbs[change.action]} ${formatAddress(change.address)}`,
      address: change.address,
    })),
  );
  const errors = [
    ...errorsOf(told.troubles),
    ...changes.flatMap(({ key, what }) => {
      const outcome = outcomes.get(key) ?? 'skipped';
      if (outcome === 'changed') return errorsOf(told.diagnostics.get(key) ?? []);
      const why = errorsOf(told.diagnostics.get(key) ?? []).join('; ');
      const how = outcome === 'left' ? 'it was begun, and not finished' : 'it was not begun';
      return [`Failed to ${what}: ${why === '' ? how : why}`];
    }),
  ];
  const begun = changes.filter(({ key }) => (outcomes.get(key) ?? 'skipped') !== 'skipped');
  return {
    success: errors.length === 0,
    changes_applied: changes.filter(({ key }) => outcomes.get(key) === 'changed').map(({ what }) => what),
    errors,
    checkpoint:
      begun.length === 0
        ? null
        : {
            id: run,
            plugin: PLUGIN,
            timestamp,
            state_snapshot: statesOf(
              survey,
              begun.map(({ address }) => address),
            ),
            backend_checkpoint: checkpointsOf(plans),
          },
  };
}

/** The snapshots that the plans take; whether each was taken the changes' outcomes tell. */
function checkpointsOf(plans: readonly Plan[]): Checkpoint['backend_checkpoint'] {
  const taken = plans
    .flatMap(({ changes }) => changes.flatMap(({ steps }) => steps.flatMap(({ effects }) => effects)))
    .flatMap((effect) =>
      effect.brings === 'snapshot' && effect.there
        ? [[formatAddress(effect.address), effect.name] as const]
        : [],
    );
  return taken.length === 0 ? null : Object.fromEntries(taken);
}

const verbs = { create: 'create', update: 'modify', delete: 'delete' } as const;

function errorsOf(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
}

import type { Diagnostic, Result } from '../../diagnostic.ts';
import { fail, ok, positionAt } from '../../diagnostic.ts';
import type { Difference, PropertyValue } from '../../plan/plan.ts';
import { guestConfigPath } from '../../snapshot/guests.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { Draft, Wanted, WantedValue } from '../module.ts';
import { checkNode, refusal } from './check-place.ts';
import { setValues } from './create-guest.ts';
import type { GuestKind } from './guest-kind.ts';
import type { DraftStep } from './power-step.ts';
import type { Guest } from './read-guest.ts';
import { emptyGuest } from './read-guest.ts';
import type { SideContext, SideSetting } from './side-setting.ts';
import { sideSettings } from './side-settings.ts';
import { templateRefusals } from './template.ts';

/** A side setting that is to be another one. */
interface SideChange {
  readonly setting: SideSetting;
  /** What of the wish is not so. */
  readonly change: WantedValue;
  readonly context: SideContext;
}

/** What making a guest, or bringing it to its options, comes to with its side settings: their steps follow. */
export function withSides(
  kind: GuestKind,
  wanted: Wanted,
  snapshot: Snapshot,
  there: Guest | undefined,
  drafted: Result<Draft>,
): Result<Draft> {
  const node = there?.node ?? wanted.node ?? wanted.defaultNode ?? '';
  const vmid = Number(wanted.address.name);
  const guest = there ?? { ...emptyGuest(kind, node), vmid };
  const path = guestConfigPath(vmid, kind.kind, node);
  const target = { kind, vmid, node, cluster: snapshot.cluster, path };
  const refused: Diagnostic[] =
    there === undefined || !drafted.ok ? [] : [...templateRefusals(wanted, there, drafted.value.steps)];
  const changes = sideSettings.flatMap((setting): readonly SideChange[] => {
    const wish = wanted.options[setting.name];
    if (wish === undefined) return [];
    const before = setting.read(guest, snapshot);
    if (isUnknown(before)) {
      const why = `its ${setting.name} is not known, as ${before.unknown}`;
      refused.push(refusal(wanted, [setting.name], 'guest/unknown', why));
      return [];
    }
    const change = setting.missing(wish, before);
    if (change === undefined) return [];
    const context = { wanted, snapshot, target, guest, before };
    refused.push(...setting.refuse(change, context));
    return [{ setting, change, context }];
  });
  if (!drafted.ok) return fail(...drafted.diagnostics, ...refused);
  if (there !== undefined && changes.length > 0 && drafted.value.steps.length === 0)
    refused.unshift(...checkNode(wanted, snapshot, node));
  if (refused.length > 0) return fail(...refused);
  // What a guest of that number has left behind must be changed like that of one that is there.
  const born =
    there === undefined
      ? changes.filter(
          ({ setting, context }) => setting.atBirth !== undefined && context.before === undefined,
        )
      : [];
  const later = changes.filter((change) => !born.includes(change));
  return ok(
    {
      ...drafted.value,
      differences: [...drafted.value.differences, ...changes.map(difference)],
      risks: [
        ...drafted.value.risks,
        ...changes.flatMap(({ setting, change, context }) => setting.risks?.(change, context) ?? []),
      ],
      digests: { ...drafted.value.digests, ...digestsOf(changes, snapshot) },
      steps: [
        ...drafted.value.steps.map((step) => withBorn(step, born)),
        ...later.map(({ setting, change, context }) => setting.step(change, context)),
      ],
    },
    drafted.warnings,
  );
}

/** Of the files that their steps want unchanged. */
function digestsOf(changes: readonly SideChange[], snapshot: Snapshot): Readonly<Record<string, string>> {
  const paths = changes.flatMap(({ setting, change, context }) =>
    setting
      .step(change, context)
      .guards.flatMap((guard) => (guard.require === 'unchanged' ? guard.path : [])),
  );
  return Object.fromEntries(
    paths.flatMap((path) => {
      const digest = snapshot.digests[path];
      return digest === undefined ? [] : [[path, digest]];
    }),
  );
}

function difference({ setting: { name }, change, context: { before, wanted } }: SideChange): Difference {
  const at = positionAt(wanted.positions, [name]);
  const after = afterOf(before, change);
  return {
    property: name,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    effect: 'now',
    ...(at && { at }),
  };
}

function afterOf(before: PropertyValue | undefined, change: WantedValue): PropertyValue | undefined {
  if (typeof change !== 'object' || change === null) return change ?? undefined;
  const all = { ...(typeof before === 'object' ? before : {}), ...change };
  const left = Object.entries(all).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

/** The step that makes the guest, with what its call carries. */
function withBorn(step: DraftStep, born: readonly SideChange[]): DraftStep {
  const { act, effects } = step;
  const makes = effects.some((effect) => effect.brings === 'options' && effect.created);
  if (!makes || act.run !== 'call' || born.length === 0) return step;
  const params = born.map(({ setting, change }) => setting.atBirth?.(change));
  const set = setValues(Object.fromEntries(born.map(({ setting, change }) => [setting.name, change])));
  return {
    ...step,
    act: { ...act, call: { ...act.call, params: Object.assign({}, act.call.params, ...params) } },
    effects: effects.map((effect) =>
      effect.brings === 'options' ? { ...effect, set: { ...effect.set, ...set } } : effect,
    ),
  };
}

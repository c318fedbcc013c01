import type { Diagnostic, Result } from '../../diagnostic.ts';
import { fail, ok, positionAt } from '../../diagnostic.ts';
import type { Difference, PropertyValue } from '../../plan/plan.ts';
import { guestConfigPath } from '../../snapshot/guests.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { Draft, Wanted, WantedValue } from '../module.ts';
import { checkNode, refusal } from './check-place.ts';
import { setValues } from './option-values.ts';
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

/**
 * What making a guest, or bringing it to its options, comes to with its side settings. Their steps follow, but come before
 * a start: nothing runs without its firewall for a moment.
 */
export function withSides(
  kind: GuestKind,
  wanted: Wanted,
  snapshot: Snapshot,
  there: Guest | undefined,
  drafted: Result<Draft>,
): Result<Draft> {
  const node = there?.node ?? (drafted.ok ? drafted.value.node : (wanted.node ?? wanted.defaultNode ?? ''));
  const { changes, refused } = findChanges(kind, wanted, snapshot, there, node);
  if (!drafted.ok) return fail(...drafted.diagnostics, ...refused);
  const draft = drafted.value;
  const others =
    there === undefined
      ? []
      : [
          ...(changes.length > 0 && draft.steps.length === 0 ? checkNode(wanted, snapshot, there.node) : []),
          ...templateRefusals(wanted, there, draft.steps),
        ];
  if (others.length + refused.length > 0) return fail(...others, ...refused);
  // What a guest of that number has left behind must be changed like that of one that is there.
  const isBorn = ({ setting, context }: SideChange): boolean =>
    there === undefined && setting.atBirth !== undefined && context.before === undefined;
  const born = changes.filter(isBorn);
  const own = draft.steps.map((step) => withBorn(step, born));
  const sides = changes
    .filter((change) => !isBorn(change))
    .flatMap(({ setting, change, context }) => setting.step(change, context));
  const start = own.findIndex(({ effects }) =>
    effects.some((each) => each.brings === 'power' && each.is === 'running'),
  );
  const risks = changes.flatMap(({ setting, change, context }) => setting.risks?.(change, context) ?? []);
  return ok(
    {
      ...draft,
      differences: [...draft.differences, ...changes.map(difference)],
      risks: [...draft.risks, ...risks],
      digests: { ...draft.digests, ...digestsOf(sides, snapshot) },
      steps: own.toSpliced(start === -1 ? own.length : start, 0, ...sides),
    },
    drafted.warnings,
  );
}

function findChanges(
  kind: GuestKind,
  wanted: Wanted,
  snapshot: Snapshot,
  there: Guest | undefined,
  node: string,
): { readonly changes: readonly SideChange[]; readonly refused: readonly Diagnostic[] } {
  const vmid = Number(wanted.address.name);
  const guest = there ?? { ...emptyGuest(kind, node), vmid };
  const path = guestConfigPath(vmid, kind.kind, node);
  const target = { kind, vmid, node, cluster: snapshot.cluster, path };
  const changes: SideChange[] = [];
  const refused: Diagnostic[] = [];
  for (const setting of sideSettings) {
    const wish = wanted.options[setting.name];
    if (wish === undefined) continue;
    const before = setting.read(guest, snapshot);
    if (isUnknown(before)) {
      const why = `its ${setting.name} is not known, as ${before.unknown}`;
      refused.push(refusal(wanted, [setting.name], 'guest/unknown', why));
      continue;
    }
    const change = setting.missing(wish, before);
    if (change === undefined) continue;
    const context = { wanted, snapshot, target, guest, before };
    refused.push(...setting.refuse(change, context));
    changes.push({ setting, change, context });
  }
  return { changes, refused };
}

/** Of the files that steps want unchanged. */
function digestsOf(steps: readonly DraftStep[], snapshot: Snapshot): Readonly<Record<string, string>> {
  const guards = steps.flatMap((step) => step.guards);
  return Object.fromEntries(
    guards.flatMap((guard) => {
      const digest = guard.require === 'unchanged' ? snapshot.digests[guard.path] : undefined;
      return guard.require === 'unchanged' && digest !== undefined ? [[guard.path, digest]] : [];
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
  const makes = effects.some(
    (effect) => effect.brings === 'restore' || (effect.brings === 'options' && effect.created),
  );
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

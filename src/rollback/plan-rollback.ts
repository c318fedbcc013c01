import { isDeepStrictEqual } from 'node:util';
import type { Diagnostic } from '../diagnostic.ts';
import { diagnosticsOf } from '../diagnostic.ts';
import type { State, WantedValue } from '../modules/module.ts';
import { findModule } from '../modules/registry.ts';
import type { PropertyValue } from '../plan/plan.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Spec } from '../spec.ts';
import { fileKey } from './applied-run.ts';
import type { Back } from './property-back.ts';
import { looksAlike, propertyBack } from './property-back.ts';
import {
  actStays,
  goneSince,
  lasts,
  madeAnew,
  madeChanged,
  madeInDoubt,
  changedSince,
  wasReset,
} from './rollback-words.ts';
import type { Resource, RunFiles } from './resource-files.ts';
import { filesOf, isAsLeft, isLeftKnown, leftState, stateOf, wasRemoved } from './resource-files.ts';
import type { Touched, TouchedProperty } from './touched.ts';

/** What is to be declared so that all is as it was before a run, and what of it does not come back. */
export interface Rollback {
  readonly specs: readonly Spec[];
  /** What cannot come back, then what others changed since the run: all of it stays as it is. */
  readonly stays: readonly Diagnostic[];
}

/**
 * Compares three states of what a run touched: before it, as it left it, and as it is now. What is as the run left it is
 * to be as before; what is neither was changed by others since, and is left alone. Pure: the specs are planned as any.
 */
export function planRollback(
  touched: readonly Touched[],
  run: RunFiles,
  survey: Survey,
  declaredBy: string,
): Rollback {
  const all = touched.map((each): Rollback => {
    const snapshot = survey.clusters.find(({ cluster }) => cluster === each.address.cluster);
    const module = findModule(each.address.kind);
    // The planner tells of a cluster that did not answer.
    if (snapshot === undefined || module === undefined)
      return { specs: [specOf(each, {}, declaredBy)], stays: [] };
    return resourceBack({ touched: each, module, snapshot, run }, declaredBy);
  });
  const stays = all.flatMap((each) => each.stays);
  return {
    specs: all.flatMap(({ specs }) => specs),
    stays: [
      ...stays.filter(({ code }) => code === 'rollback/lasting'),
      ...stays.filter(({ code }) => code !== 'rollback/lasting'),
    ],
  };
}

function resourceBack(resource: Resource, declaredBy: string): Rollback {
  const { touched, module, snapshot } = resource;
  const state = module.read(snapshot, touched.address);
  const declare = (args: Readonly<Record<string, unknown>>): Rollback => ({
    specs: [specOf(touched, args, declaredBy)],
    stays: [],
  });
  // The planner tells of what could not be read.
  if (isUnknown(state)) return declare({});
  const done = touched.acts.map((act) => actStays(touched, act));
  if (touched.made && touched.removed === undefined) {
    if (state === undefined) return { specs: [], stays: [] };
    if (!isLeftKnown(resource)) return { specs: [], stays: [madeInDoubt(touched)] };
    if (isAsLeft(resource, state)) return declare({ state: 'absent' });
    return { specs: [], stays: [madeChanged(touched, differingOptions(leftState(resource), state))] };
  }
  if (state === undefined) return { specs: [], stays: [goneSince(touched)] };
  if (touched.made || (touched.removed !== undefined && wasRemoved(resource)))
    return { specs: [], stays: [madeAnew(touched)] };
  if (touched.reset === true) return { specs: [], stays: [wasReset(touched)] };
  const back = optionsBack(resource, state, declaredBy);
  return { ...back, stays: [...done, ...back.stays] };
}

function optionsBack(resource: Resource, state: State, declaredBy: string): Rollback {
  const { touched } = resource;
  const left = isAsLeft(resource, state) ? state : leftState(resource);
  const back: Record<string, WantedValue> = {};
  const stays: Diagnostic[] = [];
  for (const [property, { before, after }] of [...touched.properties, ...broughtAlong(resource, left)]) {
    const each: Back = propertyBack(
      property,
      {
        before,
        left: left === undefined ? after : left.options[property],
        now: state.options[property],
      },
      touched.lasting.get(property),
    );
    stays.push(...each.lasting.map((kept) => lasts(touched, kept)));
    stays.push(...each.changedSince.map((kept) => changedSince(touched, kept)));
    if (each.wish === undefined) continue;
    const problem = refusedWish(resource, property, each.wish);
    if (problem === undefined) back[property] = each.wish;
    else stays.push(lasts(touched, { name: property, why: problem }));
  }
  const power = powerBack(resource);
  const then = foretold(resource, back);
  // As no machine on Windows does, and the version that PVE pins there.
  for (const property of Object.keys(back).filter((each) => !isOther(each, then, state))) {
    delete back[property];
    stays.push(lasts(touched, { name: property, why: 'what is there now counts as what was there before' }));
  }
  const args = {
    ...keptAlong(resource, state, then, back),
    ...back,
    ...(power !== undefined && { state: power }),
  };
  return { specs: Object.keys(args).length === 0 ? [] : [specOf(touched, args, declaredBy)], stays };
}

const isOther = (option: string, then: State | undefined, now: State): boolean =>
  then === undefined || !isDeepStrictEqual(then.options[option], now.options[option]);

/**
 * Options that no step has named and that are others all the same: what PVE does by itself, as when a new CD drive joins
 * the boot order. Not told where others changed the file between two steps: it may have been them; nor of secrets, which
 * PVE leaves alone and which look other each time they are read.
 */
function broughtAlong(
  { touched, module, snapshot, run }: Resource,
  left: State | undefined,
): readonly (readonly [string, TouchedProperty])[] {
  const paths = filesOf(module, touched, touched.node);
  const before = stateOf({ touched, module, snapshot, run }, run.before);
  if (before === undefined || left === undefined) return [];
  if (paths.some((path) => run.interrupted.has(fileKey(snapshot.cluster, path)))) return [];
  return differingOptions(before, left)
    .filter((option) => !touched.properties.has(option))
    .map((option) => [option, partOf(before.options[option], left.options[option])]);
}

/** What the resource will be when that is declared; undefined where it can't be foretold. */
function foretold(
  { touched, module, snapshot }: Resource,
  back: Readonly<Record<string, unknown>>,
): State | undefined {
  const wanted = module.parse(specOf(touched, back, ''), snapshot.cluster);
  const draft = wanted.ok ? module.update(wanted.value, snapshot, { allowDestroy: false }) : wanted;
  if (!draft.ok) return undefined;
  const effects = draft.value.steps.flatMap((step) => step.effects);
  const then = module.read(
    effects.reduce((before, effect) => module.predict(before, effect), snapshot),
    touched.address,
  );
  return isUnknown(then) ? undefined : then;
}

/** Options that PVE would change by itself on the way back, as they are now: naming them keeps them. */
function keptAlong(
  { touched, module, snapshot }: Resource,
  now: State,
  then: State | undefined,
  back: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const args = module.toArgs(snapshot, touched.address);
  if (then === undefined || args === undefined || isUnknown(args)) return {};
  const along = differingOptions(now, then).filter((option) => !(option in back) && option in args);
  return Object.fromEntries(along.map((option) => [option, args[option]]));
}

function partOf(before: PropertyValue | undefined, after: PropertyValue | undefined): TouchedProperty {
  return { ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

/** Why a value can't be set again, though PVE had it once: it was written by hand, or is one that PVE itself gave. */
function refusedWish(
  { touched, module, snapshot }: Resource,
  property: string,
  wish: WantedValue,
): string | undefined {
  const wanted = module.parse(specOf(touched, { [property]: wish }, ''), snapshot.cluster);
  const draft = wanted.ok ? module.update(wanted.value, snapshot, { allowDestroy: false }) : wanted;
  const refused = diagnosticsOf(draft).find(({ code }) => !wanted.ok || code === 'pve/refused');
  return refused?.message.replace(/^[^:]*: /u, '');
}

/** The power that it had before, unless it has it; where it is not known the planner says so. */
function powerBack({ touched: { power, address }, module, snapshot }: Resource): string | undefined {
  if (power === undefined || power.before === power.after) return undefined;
  const args = module.toArgs(snapshot, address);
  const now = args === undefined || isUnknown(args) ? undefined : args['state'];
  return now === power.before ? undefined : power.before;
}

function differingOptions(left: State | undefined, now: State): readonly string[] {
  if (left === undefined) return [];
  return [...new Set([...Object.keys(left.options), ...Object.keys(now.options)])].filter(
    (option) => !looksAlike(left.options[option], now.options[option]),
  );
}

function specOf({ address }: Touched, args: Readonly<Record<string, unknown>>, declaredBy: string): Spec {
  return {
    kind: address.kind,
    args: { ...findModule(address.kind)?.naming(address), ...args },
    positions: {},
    cluster: address.cluster,
    declaredBy,
  };
}

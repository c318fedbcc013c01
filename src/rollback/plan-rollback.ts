import { isDeepStrictEqual } from 'node:util';
import type { Diagnostic } from '../diagnostic.ts';
import { diagnosticsOf } from '../diagnostic.ts';
import type { ResourceModule, State, WantedValue } from '../modules/module.ts';
import { findModule } from '../modules/registry.ts';
import { withFile } from '../snapshot/change.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Spec } from '../spec.ts';
import type { AppliedRun } from './applied-run.ts';
import { fileKey } from './applied-run.ts';
import type { Back } from './property-back.ts';
import { propertyBack } from './property-back.ts';
import {
  actStays,
  goneSince,
  lasts,
  madeAnew,
  madeChanged,
  changedSince,
  wasReset,
} from './rollback-words.ts';
import type { Touched } from './touched.ts';

/** What is to be declared so that all is as it was before a run, and what of it does not come back. */
export interface Rollback {
  readonly specs: readonly Spec[];
  /** What cannot come back, then what others changed since the run: all of it stays as it is. */
  readonly stays: readonly Diagnostic[];
}

/** Everything about one resource. */
interface Resource {
  readonly touched: Touched;
  readonly module: ResourceModule;
  readonly snapshot: Snapshot;
  readonly left: AppliedRun['left'];
}

/**
 * Compares three states of what a run touched: before it, as it left it, and as it is now. What is as the run left it is
 * to be as before; what is neither was changed by others since, and is left alone. Pure: the specs are planned as any.
 */
export function planRollback(
  touched: readonly Touched[],
  left: AppliedRun['left'],
  survey: Survey,
  declaredBy: string,
): Rollback {
  const all = touched.map((each): Rollback => {
    const snapshot = survey.clusters.find(({ cluster }) => cluster === each.address.cluster);
    const module = findModule(each.address.kind);
    // The planner tells of a cluster that did not answer.
    if (snapshot === undefined || module === undefined)
      return { specs: [specOf(each, {}, declaredBy)], stays: [] };
    return resourceBack({ touched: each, module, snapshot, left }, declaredBy);
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
  const wishes: Record<string, WantedValue> = {};
  const stays: Diagnostic[] = [];
  for (const [property, { before, after }] of touched.properties) {
    const back: Back = propertyBack(
      property,
      {
        before,
        left: left === undefined ? after : left.options[property],
        now: state.options[property],
      },
      touched.lasting.get(property),
    );
    stays.push(...back.lasting.map((each) => lasts(touched, each)));
    stays.push(...back.changedSince.map((each) => changedSince(touched, each)));
    if (back.wish === undefined) continue;
    const problem = refusedWish(resource, property, back.wish);
    if (problem === undefined) wishes[property] = back.wish;
    else stays.push(lasts(touched, { name: property, why: problem }));
  }
  const power = powerBack(resource);
  const args = { ...wishes, ...(power !== undefined && { state: power }) };
  return { specs: Object.keys(args).length === 0 ? [] : [specOf(touched, args, declaredBy)], stays };
}

/** Why a value can't be set again, though PVE had it once: it was written by hand, or is one that PVE itself gave. */
function refusedWish(
  { touched, module, snapshot }: Resource,
  property: string,
  wish: WantedValue,
): string | undefined {
  const wanted = module.parse(specOf(touched, { [property]: wish }, ''), snapshot.cluster);
  const draft = wanted.ok ? module.update(wanted.value, snapshot) : wanted;
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

/** Its files have the very bytes that the run has left: nobody has changed it since. */
function isAsLeft({ touched, module, snapshot, left }: Resource, state: State): boolean {
  const then = filesOf(module, touched, touched.node);
  const now = filesOf(module, touched, state.node);
  return then.every((path, index) => {
    const known = left.get(fileKey(snapshot.cluster, path));
    // What was not there, and is not there now, is as it was; what was not read is not.
    return known !== undefined && (known.sha1 ?? undefined) === snapshot.digests[now[index] ?? ''];
  });
}

/** As the run has left it; undefined where that was not kept. */
function leftState({ touched, module, snapshot, left }: Resource): State | undefined {
  const texts = filesOf(module, touched, touched.node).map((path) => ({
    path,
    text: left.get(fileKey(snapshot.cluster, path))?.text,
  }));
  const kept = texts.flatMap(({ path, text }) => (typeof text === 'string' ? [{ path, text }] : []));
  if (kept.length < texts.length) return undefined;
  const empty: Snapshot = { ...snapshot, files: {}, digests: {} };
  const state = module.read(
    kept.reduce((before, { path, text }) => withFile(before, path, text), empty),
    touched.address,
  );
  return isUnknown(state) ? undefined : state;
}

function wasRemoved({ touched, module, snapshot, left }: Resource): boolean {
  return filesOf(module, touched, touched.node).some(
    (path) => left.get(fileKey(snapshot.cluster, path))?.sha1 === null,
  );
}

function filesOf(module: ResourceModule, { address }: Touched, node: string): readonly string[] {
  return module.touches({ brings: 'absence', address, node });
}

function differingOptions(left: State | undefined, now: State): readonly string[] {
  if (left === undefined) return [];
  return [...new Set([...Object.keys(left.options), ...Object.keys(now.options)])].filter(
    (option) => !isDeepStrictEqual(left.options[option], now.options[option]),
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

import type { Diagnostic } from '../diagnostic.ts';
import { formatAddress } from '../address.ts';
import { findModule } from '../modules/registry.ts';
import { parseGuestConfigPath } from '../snapshot/guests.ts';
import type { Snapshot, Unknown } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import { planFiles } from './plan-files.ts';
import type { Plan } from './plan.ts';

/** A plan to be applied later, as it is: all that was decided, and what it was computed from. Secrets are names in it. */
export interface SavedPlan {
  readonly pvefleet: 'plan';
  readonly version: 1;
  /** When it was made, and from which document (with the SHA-256 of its text). */
  readonly made: string;
  readonly document: { readonly file: string; readonly sha256: string };
  readonly plans: readonly Plan[];
  readonly basis: readonly Basis[];
}

/** What a cluster's part of a plan was computed from. */
export interface Basis {
  readonly cluster: string;
  /** Path → SHA-1; null: the file was not there. */
  readonly files: Readonly<Record<string, string | null>>;
  /** Address → "running" or "stopped", of what is changed and was there. */
  readonly power: Readonly<Record<string, string>>;
}

/** Files of the whole cluster that decide what may be planned for a guest. */
const SHARED = ['/etc/pve/storage.cfg', '/etc/pve/datacenter.cfg', '/etc/pve/ha/resources.cfg'];

/** The files that the plans were computed from, as they are in the survey that they were computed with. */
export function basisOf(survey: Survey, plans: readonly Plan[]): readonly Basis[] {
  return plans.flatMap((plan): readonly Basis[] => {
    const snapshot = survey.clusters.find(({ cluster }) => cluster === plan.cluster);
    if (snapshot === undefined) return [];
    const paths = [...SHARED, ...planFiles(plan)];
    const files = paths.map((path) => [path, digestOf(snapshot, path)] as const);
    return [{ cluster: plan.cluster, files: Object.fromEntries(files), power: powerOf(snapshot, plan) }];
  });
}

/** What is not any more as it was when the plan was made: each changed file is named. Empty: it may be applied as it is. */
export function changedSince(saved: SavedPlan, survey: Survey): readonly Diagnostic[] {
  const found = saved.plans.flatMap((plan) => changedOf(plan, saved, survey));
  // What to do is said once, below them all.
  return found.map(({ hint, ...each }, index) =>
    hint === undefined || found[index + 1]?.hint === hint ? each : { ...each, hint },
  );
}

function changedOf(plan: Plan, saved: SavedPlan, survey: Survey): readonly Diagnostic[] {
  const snapshot = survey.clusters.find(({ cluster }) => cluster === plan.cluster);
  const basis = saved.basis.find(({ cluster }) => cluster === plan.cluster);
  if (snapshot === undefined) return [notAnswered(`cluster ${plan.cluster}`)];
  if (isUnknown(snapshot.files)) return [notAnswered(`cluster ${plan.cluster}`, snapshot.files)];
  const silent = [...new Set(plan.changes.flatMap(({ steps }) => steps.map(({ node }) => node)))].flatMap(
    (node) => {
      const state = snapshot.nodes[node];
      return state === undefined || isUnknown(state) ? [notAnswered(`node ${node}`, state)] : [];
    },
  );
  const files = Object.entries(basis?.files ?? {}).flatMap(([path, before]) =>
    fileChange(snapshot, path, before),
  );
  const now = powerOf(snapshot, plan);
  const power = Object.entries(basis?.power ?? {}).flatMap(([name, before]) =>
    now[name] === undefined || now[name] === before
      ? []
      : [stale(`${name} was ${now[name] === 'running' ? 'started' : 'stopped'}`)],
  );
  return [...silent, ...files, ...power];
}

function fileChange(snapshot: Snapshot, path: string, before: string | null): readonly Diagnostic[] {
  const now = digestOf(snapshot, path);
  if (now === before) {
    const guest = before === null ? parseGuestConfigPath(path) : undefined;
    const other = guest === undefined ? undefined : configOf(snapshot, guest.vmid);
    return other === undefined ? [] : [stale(`VMID ${guest?.vmid} was taken by ${other}`)];
  }
  if (before === null) return [stale(`${path} is new`)];
  return [stale(now === null ? `${path} was removed` : `${path} was changed`)];
}

function configOf({ files }: Snapshot, vmid: number): string | undefined {
  return isUnknown(files)
    ? undefined
    : Object.keys(files).find((path) => parseGuestConfigPath(path)?.vmid === vmid);
}

function digestOf({ digests, files }: Snapshot, path: string): string | null {
  const digest = Object.hasOwn(digests, path) ? digests[path] : undefined;
  return digest ?? (isUnknown(files) || !Object.hasOwn(files, path) ? null : 'unknown');
}

function powerOf(snapshot: Snapshot, { changes }: Plan): Readonly<Record<string, string>> {
  return Object.fromEntries(
    changes.flatMap(({ address }) => {
      const args = findModule(address.kind)?.toArgs(snapshot, address);
      const state = args === undefined || isUnknown(args) ? undefined : args['state'];
      return state === 'running' || state === 'stopped' ? [[formatAddress(address), state] as const] : [];
    }),
  );
}

function stale(what: string): Diagnostic {
  return {
    code: 'plan/stale',
    severity: 'error',
    trouble: 'stale',
    message: `Cannot apply the saved plan: ${what} since it was made; what it was computed from is wanted unchanged`,
    hint: 'Nothing was done. Plan again: pvefleet plan DOCUMENT --out FILE',
  };
}

function notAnswered(what: string, state?: Unknown): Diagnostic {
  const why = state === undefined ? 'did not answer' : `can't be read, as ${state.unknown}`;
  return {
    code: 'plan/not-answered',
    severity: 'error',
    trouble: 'unreachable',
    message: `Cannot apply the saved plan: ${what} ${why}; a plan is applied as a whole`,
    hint: 'Nothing was done. Run it again when it answers, or plan again for those that do.',
  };
}

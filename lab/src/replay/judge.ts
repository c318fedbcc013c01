import { beginOf, withoutHistory } from './history.ts';
import { changedFiles, changedRun, changedVolumes, readState, type NodeState } from './node-state.ts';
import type { Changes, FileChanges, Recording, Step } from './recording.ts';
import { sameText, type Bindings } from './same-text.ts';
import { BACKUP_TIME, restoreNode } from './restore.ts';
import { buildStage, type Stage } from './stage.ts';
import { lineDiff } from './line-diff.ts';

/** A step that came out otherwise than recorded, and how. */
export interface Difference {
  readonly index: number;
  readonly step: Step;
  readonly lines: readonly string[];
}

/** Runs a recording's steps, each from the recorded state, and returns those that differ. */
export async function judgeRecording(recording: Recording): Promise<readonly Difference[]> {
  const stage = buildStage(recording);
  const begin = beginOf(recording);
  const differences: Difference[] = [];
  for (const [index, step] of recording.steps.entries()) {
    const lines = await judgeStep(stage, withoutOldTasks(step, begin));
    if (lines.length > 0) differences.push({ index, step, lines });
  }
  return differences;
}

function withoutOldTasks(step: Step, begin: number): Step {
  return { ...step, stdout: withoutHistory(step.stdout, begin) };
}

async function judgeStep(stage: Stage, step: Step): Promise<readonly string[]> {
  const before = new Map([...stage.machines].map(([name, machine]) => [name, readState(machine)]));
  const ran = await stage.run(step);
  const lines: string[] = [];
  const known =
    [...before.values()].flatMap((state) => [...state.files.values()]).join('\n') + step.argv.join('\n');
  const bindings: Bindings = new Map();
  const expected = new Map<string, FileChanges>();
  for (const [name, machine] of stage.machines) {
    const old = before.get(name);
    if (old === undefined) continue;
    const now = readState(machine);
    const files = expectedFiles(step, name, changedFiles(old, now));
    expected.set(name, files);
    lines.push(...compareFiles(name === step.node ? '' : `${name}:`, files, old, now, known, bindings));
    if (name === step.node) {
      lines.push(
        ...compareChanges('volumes', step.volumes, changedVolumes(old, now)),
        ...compareChanges('run', step.run, changedRun(old, now)),
      );
    }
  }
  if ((ran.exit === 0) !== (step.exit === 0)) lines.push(`exit: recorded ${step.exit}, got ${ran.exit}`);
  for (const stream of ['stdout', 'stderr'] as const) {
    if (!sameText(step[stream], ran[stream], known, bindings))
      lines.push(`${stream}:`, ...lineDiff(step[stream], ran[stream]));
  }
  stage.uncounted(() => {
    for (const [name, machine] of stage.machines) {
      const old = before.get(name);
      if (old !== undefined)
        restoreNode(machine, old, expected.get(name) ?? {}, name === step.node ? step : undefined);
    }
  });
  return lines;
}

/**
 * What a step changes on a node. Of other nodes recordings name the files that changed: what is in one of the shared tree is as on the
 * node that changed it, and of another one what the lab put there is taken.
 */
function expectedFiles(step: Step, name: string, changed: ReadonlyMap<string, string | null>): FileChanges {
  if (name === step.node) return step.files;
  const seen = step.filesOn[name] ?? [];
  const shared = Object.entries(step.files).filter(
    ([path]) => path.startsWith('/etc/pve/') && seen.includes(path),
  );
  const local = seen
    .filter((path) => !path.startsWith('/etc/pve/'))
    .map((path): [string, string | null] => [
      path,
      changed.has(path) ? (changed.get(path) ?? null) : UNKNOWN,
    ]);
  return Object.fromEntries([...shared, ...local]);
}

/** Stands for a text that was not recorded. */
const UNKNOWN = '(changed)';

function compareFiles(
  prefix: string,
  recorded: FileChanges,
  before: NodeState,
  after: NodeState,
  known: string,
  bindings: Bindings,
): readonly string[] {
  const changed = changedFiles(before, after);
  return [...new Set([...Object.keys(recorded), ...changed.keys()])].toSorted().flatMap((path) => {
    const wanted = unordered(
      path,
      path in recorded ? (recorded[path] ?? null) : (before.files.get(path) ?? null),
    );
    const got = unordered(path, after.files.get(path) ?? null);
    if (wanted === got || (wanted !== null && got !== null && sameText(wanted, got, known, bindings)))
      return [];
    if (wanted === null) return [`${prefix}${path}: recorded as absent, is there`];
    return got === null
      ? [`${prefix}${path}: recorded, is absent`]
      : [`${prefix}${path}:`, ...lineDiff(wanted, got)];
  });
}

/** The keys of a job in jobs.cfg, the options of a firewall, the lines of shadow.cfg and SDN's JSON have no order on PVE. */
function unordered(path: string, text: string | null): string | null {
  if (text !== null && path.endsWith('/shadow.cfg')) return text.split('\n').toSorted().join('\n');
  if (text !== null && path.endsWith('/.running-config')) return JSON.stringify(sortKeys(JSON.parse(text)));
  if (text !== null && path.endsWith('.fw'))
    return text.replace(
      /^(\[OPTIONS\]\n\n)((?:\w.*\n)+)/,
      (_all, head: string, lines: string) => head + lines.split('\n').toSorted().join('\n'),
    );
  if (path !== '/etc/pve/jobs.cfg' || text === null) return text;
  return text
    .split('\n\n')
    .map((block) => block.split('\n').toSorted().join('\n'))
    .join('\n\n');
}

function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sortKeys(each)]));
}

function compareChanges(what: string, recorded: Changes, got: Changes): readonly string[] {
  return (['added', 'removed'] as const).flatMap((kind) => {
    const known = new Set(got[kind].map(comparable));
    const wanted = new Set(recorded[kind].map(comparable));
    const missing = recorded[kind]
      .filter((entry) => !known.has(comparable(entry)))
      .map((entry) => `  - ${entry}`);
    const extra = got[kind].filter((entry) => !wanted.has(comparable(entry))).map((entry) => `  + ${entry}`);
    return missing.length + extra.length === 0 ? [] : [`${what} ${kind}:`, ...missing, ...extra];
  });
}

/** A volume without what is random of it: how large the memory of a VM is that was saved, when a backup was made and what it took. */
function comparable(entry: string): string {
  return entry
    .replace(/(-state-\S+\.raw) \d+$/, '$1')
    .replace(BACKUP_TIME, '-')
    .replace(/(\/vzdump-\S+\.(?:log|vma|gz|zst|lzo)) \d+$/, '$1');
}

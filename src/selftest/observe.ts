import { findGuest, guestConfigPath, power } from '../snapshot/guests.ts';
import { readFile } from '../snapshot/files.ts';
import type { Survey } from '../snapshot/survey.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Place } from './test-step.ts';

/** A task of one of the guests: its UPID, and the last line of its log. */
export interface SeenTask {
  readonly upid: string;
  readonly end: string;
}

/**
 * Shell text that prints the tasks of these guests from their logs: the list of tasks that have ended is written later
 * (PVE::RESTEnvironment active_workers).
 */
export function tasksScript(vmids: readonly number[]): string {
  const logs = vmids.map((vmid) => `/var/log/pve/tasks/[0-9A-F]/UPID:*:${vmid}:*`).join(' ');
  return `LC_ALL=C.UTF-8; export LC_ALL
for log in ${logs}; do
  if [ -f "$log" ]; then printf '%s\\t%s\\n' "\${log##*/}" "$(tail -n 1 "$log")"; fi
done
`;
}

export function readTasks(stdout: string): readonly SeenTask[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [upid = '', end = ''] = line.split('\t');
      return { upid, end };
    });
}

/** "qmstart: TASK OK", in the order of the alphabet: they may begin in the same second. */
export function tasksSince(before: readonly SeenTask[], now: readonly SeenTask[]): readonly string[] {
  const known = new Set(before.map(({ upid }) => upid));
  return now
    .filter(({ upid }) => !known.has(upid))
    .map(({ upid, end }) => `${upid.split(':')[5] ?? '?'}: ${end}`)
    .toSorted();
}

/** The config files of these guests as a survey has them, secrets blanked; none: there is no such guest. */
export function configsIn(survey: Survey, { cluster }: Place, vmids: readonly number[]): Configs {
  const snapshot = survey.clusters.find((each) => each.cluster === cluster);
  return new Map(
    vmids.flatMap((vmid) => {
      const guest = snapshot === undefined ? undefined : findGuest(snapshot, vmid);
      if (snapshot === undefined || guest === undefined || isUnknown(guest)) return [];
      const text = readFile(snapshot, guestConfigPath(vmid, guest.type, guest.node));
      return [[vmid, typeof text === 'string' ? text : '']];
    }),
  );
}

export type Configs = ReadonlyMap<number, string>;

/**
 * By VMID, what came to its config file and went from it: "+cores: 2", "-[PENDING] cores: 2", in the order of the
 * alphabet; "gone" where there is no such guest any more. How PVE sorts a file's lines makes no difference.
 */
export function changedLines(before: Configs, after: Configs): ReadonlyMap<number, readonly string[]> {
  const vmids = [...new Set([...before.keys(), ...after.keys()])];
  return new Map(
    vmids.flatMap((vmid) => {
      const [was, is] = [before.get(vmid), after.get(vmid)];
      const lines = is === undefined ? ['gone'] : difference(entriesOf(was), entriesOf(is));
      return lines.length === 0 ? [] : [[vmid, lines]];
    }),
  );
}

/** A file's lines, each with the section that it is in; how often a line is there counts. */
function entriesOf(text = ''): readonly string[] {
  let section = '';
  return linesOf(text).flatMap((line) => {
    if (line.startsWith('[')) section = `${line} `;
    return line === '' || line.startsWith('[') ? [] : [`${section}${line}`];
  });
}

function difference(before: readonly string[], after: readonly string[]): readonly string[] {
  const without = (lines: readonly string[], others: readonly string[]): readonly string[] => {
    const left = [...others];
    return lines.filter((line) => {
      const at = left.indexOf(line);
      if (at !== -1) left.splice(at, 1);
      return at === -1;
    });
  };
  return [
    ...without(before, after).map((line) => `-${line}`),
    ...without(after, before).map((line) => `+${line}`),
  ].toSorted(byText);
}

/** By what stands after the sign, what went first. */
export function byText(a: string, b: string): number {
  const [textA, textB] = [a.slice(1), b.slice(1)];
  if (textA !== textB) return textA < textB ? -1 : 1;
  return b < a ? -1 : 1;
}

/** Those of the guests that run. */
export function runningIn(survey: Survey, { cluster }: Place, vmids: readonly number[]): readonly string[] {
  const snapshot = survey.clusters.find((each) => each.cluster === cluster);
  if (snapshot === undefined) return [];
  return vmids.filter((vmid) => power(snapshot, vmid) === 'running').map(String);
}

export function linesOf(text = ''): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/u, '').split('\n');
}

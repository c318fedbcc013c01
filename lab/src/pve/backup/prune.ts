import { parseProperties } from '../cli/verify.ts';
import type { Machine } from '../../machine.ts';
import { contentOf } from '../storage/content.ts';
import type { StorageSection } from '../storage/config.ts';
import { locate } from '../storage/volumes.ts';
import { parseArchiveName, removeArchive } from './archive.ts';

/** How many backups of a guest are kept, by PVE's words. */
export type Retention = Readonly<Record<string, string>>;

/** One backup, and what a pruning does with it. */
export interface Marked {
  readonly volume: string;
  readonly type: string;
  readonly vmid: string | undefined;
  readonly time: number;
  readonly mark: 'keep' | 'remove' | 'protected' | 'renamed';
}

/** Reads `keep-last=3,keep-daily=7`. Throws Failure. */
export function parseRetention(text: string): Retention {
  return parseProperties('prune-backups', text);
}

/** Whether everything is kept. */
export function keepsAll(keep: Retention): boolean {
  return (
    keep['keep-all'] === '1' ||
    !Object.entries(keep).some(([name, count]) => name !== 'keep-all' && Number(count) > 0)
  );
}

/** Backups on a storage with their marks, by guest and time (PVE::Storage::Plugin prune_backups). */
export function markBackups(
  machine: Machine,
  storage: StorageSection,
  keep: Retention,
  vmid: string | undefined,
  type: string | undefined,
): readonly Marked[] {
  const found = contentOf(machine, storage, new Set(['backup']), undefined).flatMap(
    ({ volume, vmid: owner }) => {
      const parsed = parseArchiveName(volume.slice(volume.lastIndexOf('/') + 1));
      if (vmid !== undefined && (parsed?.vmid ?? owner) !== vmid) return [];
      if (type !== undefined && parsed?.kind !== type) return [];
      const { path } = locate(machine, volume);
      const isProtected = machine.files.exists(`${path}.protected`);
      return [{ volume, parsed, owner, isProtected }];
    },
  );
  const groups = new Map<string, string[]>();
  for (const { volume, parsed, isProtected } of found) {
    if (parsed === undefined || isProtected) continue;
    const group = `${parsed.kind}/${parsed.vmid}`;
    groups.set(group, [...(groups.get(group) ?? []), volume]);
  }
  const times = new Map(found.map(({ volume, parsed }) => [volume, parsed?.time ?? 0]));
  const kept = new Set([...groups.values()].flatMap((group) => keptOf(group, times, keep)));
  return found
    .map(({ volume, parsed, owner, isProtected }): Marked => ({
      volume,
      type: parsed?.kind ?? 'unknown',
      vmid: parsed?.vmid ?? owner,
      time: parsed?.time ?? 0,
      mark: isProtected
        ? 'protected'
        : parsed === undefined
          ? 'renamed'
          : kept.has(volume)
            ? 'keep'
            : 'remove',
    }))
    .toSorted((a, b) => Number(a.vmid ?? 0) - Number(b.vmid ?? 0) || a.time - b.time);
}

/** What each rule counts by; a backup of a span of time that a rule before has kept one of does not count. */
const SPANS: readonly (readonly [string, (time: number) => string])[] = [
  ['keep-last', (time) => String(time)],
  ['keep-hourly', (time) => iso(time).slice(0, 13)],
  ['keep-daily', (time) => iso(time).slice(0, 10)],
  ['keep-weekly', isoWeek],
  ['keep-monthly', (time) => iso(time).slice(0, 7)],
  ['keep-yearly', (time) => iso(time).slice(0, 4)],
];

function iso(time: number): string {
  return new Date(time * 1000).toISOString();
}

/** The Monday that the week of a time begins with. */
function isoWeek(time: number): string {
  const day = new Date(time * 1000).getUTCDay();
  return iso(time - ((day + 6) % 7) * 86_400).slice(0, 10);
}

function keptOf(
  group: readonly string[],
  times: ReadonlyMap<string, number>,
  keep: Retention,
): readonly string[] {
  if (keepsAll(keep)) return group;
  const timeOf = (volume: string): number => times.get(volume) ?? 0;
  const newest = group.toSorted((a, b) => timeOf(b) - timeOf(a));
  const kept = new Set<string>();
  for (const [rule, span] of SPANS) {
    const covered = new Set([...kept].map((volume) => span(timeOf(volume))));
    let left = Number(keep[rule] ?? 0);
    for (const volume of newest) {
      if (left <= 0) break;
      const own = span(timeOf(volume));
      if (kept.has(volume) || covered.has(own)) continue;
      covered.add(own);
      kept.add(volume);
      left -= 1;
    }
  }
  return [...kept];
}

/** Removes what is marked so, and says which. Returns how many. */
export function removeMarked(
  machine: Machine,
  backups: readonly Marked[],
  say: (line: string) => void,
): number {
  const removed = backups.filter(({ mark }) => mark === 'remove');
  for (const { volume } of removed) {
    say(`removing backup '${volume}'`);
    removeArchive(machine, locate(machine, volume).path);
  }
  return removed.length;
}

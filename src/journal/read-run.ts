import { basename } from 'node:path';
import type { Event } from '../apply/event.ts';
import type { CheckedChain } from './check-chain.ts';
import { checkChain } from './check-chain.ts';
import type { Closed, Entry, HeadsEntry, Opened, Sealed } from './entry.ts';
import { linesOfFile } from './lines-of-file.ts';
import { unlistKeys } from './ordered-keys.ts';
import type { JournalRecord } from './record.ts';
import { runOfFile } from './run-file.ts';

/** A record with the line of the file that it stands on, from 1. */
export interface PlacedRecord extends JournalRecord<Entry> {
  readonly line: number;
}

/** What a run's journal is worth, and its first and last records. */
export interface CheckedRun {
  readonly run: string;
  readonly path: string;
  readonly checked: CheckedChain;
  /** Of each record up to the first flaw. */
  readonly hashes: readonly string[];
  readonly opened: Opened | undefined;
  /** Undefined: it was cut off, or is still running. */
  readonly closed: (Closed & { readonly head: string }) | undefined;
  readonly sealed: Sealed | undefined;
}

/** A run as its journal tells it: all records up to the first flaw. */
export interface RunRecords extends CheckedRun {
  readonly records: readonly PlacedRecord[];
}

/** A step in a run's journal. Started and not finished: nobody knows what became of it. */
export interface RecordedStep {
  readonly started?: Extract<Event, { type: 'step-started' }>;
  readonly finished?: Extract<Event, { type: 'step-finished' }>;
}

/** Reads a run's journal, its chain checked. Rejects when the file can't be read. */
export async function readRun(path: string): Promise<RunRecords> {
  const records: PlacedRecord[] = [];
  const run = await scanRun(path, (record) => records.push(record));
  return { ...run, records };
}

/** The same, each record handed over when it was checked, with the text of its line, and none kept. */
export async function scanRun(
  path: string,
  take: (record: PlacedRecord, text: string) => void = () => undefined,
): Promise<CheckedRun> {
  const check = checkChain();
  const hashes: string[] = [];
  let opened: Opened | undefined;
  let closed: CheckedRun['closed'];
  let sealed: Sealed | undefined;
  const rest = await linesOfFile(path, (text) => {
    const record = check.take(text);
    if (record === undefined || !isOfRun(record)) return;
    hashes.push(record.sha256);
    const event = unlistKeys(record.event);
    if (event.type === 'opened') opened ??= event;
    if (event.type === 'closed') closed = { ...event, head: record.sha256 };
    if (event.type === 'sealed') sealed = event;
    take({ ...record, event, line: hashes.length }, text);
  });
  const run = runOfFile(basename(path)) ?? basename(path);
  return { run, path, checked: check.end(rest), hashes, opened, closed, sealed };
}

/** A step's name in its journal: "lab/pve1 3/1". A playbook's command has the same number on each of its nodes. */
export function stepKey({
  cluster,
  node,
  step,
}: {
  readonly cluster: string;
  readonly node: string;
  readonly step: string;
}): string {
  return `${cluster}/${node} ${step}`;
}

/** What is known of each step, by stepKey (of a playbook with the task's number before it), in the order in which they came. */
export function stepsOf({ records }: Pick<RunRecords, 'records'>): ReadonlyMap<string, RecordedStep> {
  const steps = new Map<string, RecordedStep>();
  let task = 0;
  for (const { event } of records) {
    // A playbook's tasks number their steps each from 1.
    if (event.type === 'task-started') task++;
    if (event.type !== 'step-started' && event.type !== 'step-finished') continue;
    const key = [...(task === 0 ? [] : [task]), stepKey(event)].join(' ');
    const before = steps.get(key) ?? {};
    steps.set(
      key,
      event.type === 'step-started' ? { ...before, started: event } : { ...before, finished: event },
    );
  }
  return steps;
}

const headsTypes: readonly HeadsEntry['type'][] = ['journal', 'run-opened', 'run-closed'];

function isOfRun(record: JournalRecord): record is JournalRecord<Entry> {
  return headsTypes.every((type) => type !== record.event.type);
}

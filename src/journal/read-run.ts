import { basename } from 'node:path';
import type { Event } from '../apply/event.ts';
import type { CheckedChain } from './check-chain.ts';
import { checkChain } from './check-chain.ts';
import type { Closed, Entry, HeadsEntry, Opened, Sealed } from './entry.ts';
import { linesOfFile } from './lines-of-file.ts';
import type { JournalRecord } from './record.ts';
import { runOfFile } from './run-file.ts';

/** A record with the line of the file that it stands on, from 1. */
export interface PlacedRecord extends JournalRecord<Entry> {
  readonly line: number;
}

/** A run as its journal tells it: all records up to the first flaw. */
export interface RunRecords {
  readonly run: string;
  readonly path: string;
  readonly checked: CheckedChain;
  readonly records: readonly PlacedRecord[];
  readonly opened: Opened | undefined;
  /** Undefined: it was cut off, or is still running. */
  readonly closed: Closed | undefined;
  readonly sealed: Sealed | undefined;
}

/** A step in a run's journal. Started and not finished: nobody knows what became of it. */
export interface RecordedStep {
  readonly started?: Extract<Event, { type: 'step-started' }>;
  readonly finished?: Extract<Event, { type: 'step-finished' }>;
}

/** Reads a run's journal, its chain checked. Rejects when the file can't be read. */
export async function readRun(path: string): Promise<RunRecords> {
  const check = checkChain();
  const records: PlacedRecord[] = [];
  let line = 0;
  const rest = await linesOfFile(path, (text) => {
    line++;
    const record = check.take(text);
    if (record !== undefined && isOfRun(record)) records.push({ ...record, line });
  });
  const events = records.map(({ event }) => event);
  const [first] = events;
  return {
    run: runOfFile(basename(path)) ?? basename(path),
    path,
    checked: check.end(rest),
    records,
    opened: first?.type === 'opened' ? first : undefined,
    closed: events.find((event) => event.type === 'closed'),
    sealed: events.find((event) => event.type === 'sealed'),
  };
}

/** What is known of each step, by cluster and step ("lab 3/1"), in the order in which they came. */
export function stepsOf({ records }: Pick<RunRecords, 'records'>): ReadonlyMap<string, RecordedStep> {
  const steps = new Map<string, RecordedStep>();
  let task = 0;
  for (const { event } of records) {
    // A playbook's tasks number their steps each from 1.
    if (event.type === 'task-started') task++;
    if (event.type !== 'step-started' && event.type !== 'step-finished') continue;
    const key = [...(task === 0 ? [] : [task]), event.cluster, event.step].join(' ');
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

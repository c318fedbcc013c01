import type { Position } from '../diagnostic.ts';
import type { Caller, CommandFinished, CommandStarted, Entry } from './entry.ts';
import type { PlacedRecord } from './read-run.ts';
import { stepKey } from './read-run.ts';

/** One step or command as the log lists it. */
export interface LogRow {
  readonly run: string;
  readonly line: number;
  readonly at: string;
  readonly caller: Caller;
  /** PVE's name of the node, or the inventory's of the host. */
  readonly node: string;
  /** What it was done to, as "vm/100@prod"; null for commands. */
  readonly address: string | null;
  readonly command: string;
  readonly declaredAt: Position | null;
  /** "unknown": it was begun, and nothing is recorded of its end. */
  readonly outcome: 'done' | 'failed' | 'not-run' | 'unknown';
  readonly exit: number | null;
  readonly seconds: number | null;
  /** Of files: digest before and after (null: not there); SHA-1 for PVE's own files, SHA-256 for copied ones. */
  readonly files: Readonly<
    Record<string, { readonly before?: string | null; readonly after?: string | null }>
  >;
}

/** Makes rows of a run's records, in the order in which what they tell of began. */
export function createLogRows(run: string): {
  take(record: PlacedRecord): void;
  readonly rows: readonly LogRow[];
} {
  const rows: LogRow[] = [];
  /** Places of rows without an end, by what they are of. */
  const open = new Map<string, number>();
  let caller: Caller = { user: 'unknown', host: 'unknown' };

  const begin = (of: string, about: About): void => {
    open.set(of, rows.length);
    rows.push({ ...unfinished, ...about, run, caller });
  };
  /** What has an end only was not run. */
  const end = (of: string, about: About, ended: Partial<LogRow>): void => {
    const place = open.get(of) ?? rows.length;
    open.delete(of);
    const before = rows[place] ?? { ...unfinished, ...about, run, caller };
    rows[place] = { ...before, ...ended, files: merge(before.files, ended.files) };
  };

  return {
    rows,
    take({ event, line }) {
      if (event.type === 'opened') ({ caller } = event);
      if (event.type === 'step-started')
        begin(stepKey(event), {
          ...aboutStep(event, line),
          files: mapValues(event.digests, (before) => ({ before })),
        });
      if (event.type === 'step-finished')
        end(stepKey(event), aboutStep(event, line), {
          ...endOf(event),
          files: mapValues(event.digests, (after) => ({ after })),
        });
      if (event.type === 'command-started')
        begin(`${event.host} ${event.command}`, aboutCommand(event, line));
      if (event.type === 'command-finished')
        end(`${event.host} ${event.command}`, aboutCommand(event, line), {
          ...endOf(event),
          ...(event.files !== undefined && { files: event.files }),
        });
    },
  };
}

type About = Pick<LogRow, 'line' | 'at' | 'node' | 'command'> & Partial<LogRow>;

const unfinished = {
  address: null,
  declaredAt: null,
  outcome: 'unknown',
  exit: null,
  seconds: null,
  files: {},
} as const;

function aboutStep(event: Extract<Entry, { type: 'step-started' | 'step-finished' }>, line: number): About {
  const { at, node, address, command, declaredAt = null } = event;
  return { line, at, node, address, command, declaredAt };
}

function aboutCommand({ at, host, command }: CommandStarted | CommandFinished, line: number): About {
  return { line, at, node: host, command };
}

const endOf = ({ outcome, exit, seconds }: Pick<LogRow, 'outcome' | 'exit' | 'seconds'>) => ({
  outcome,
  exit,
  seconds,
});

function merge(before: LogRow['files'], after: LogRow['files'] = {}): LogRow['files'] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return Object.fromEntries(paths.map((path) => [path, { ...before[path], ...after[path] }]));
}

function mapValues<A, B>(
  from: Readonly<Record<string, A>> = {},
  change: (value: A) => B,
): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [key, change(value)]));
}

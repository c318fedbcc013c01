import type { Answer } from '../actions/host/answers.ts';
import type { Facts, HostRead } from '../actions/host/facts.ts';
import { covers, joinReads, subjectOf } from '../actions/host/join-reads.ts';
import { factsOf } from '../actions/host/parse-facts.ts';
import { readAnswers } from '../actions/host/read-facts.ts';
import type { Exec } from '../apply/exec.ts';
import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import type { Ahead } from './foresee.ts';
import { foresee } from './foresee.ts';
import type { Reader } from './knowledge.ts';
import type { Run } from './run-state.ts';

/** What a task reads on a host takes no longer than this, in seconds; what is read ahead, this. */
const READ_SECONDS = 600;
const AHEAD_SECONDS = 60;

/** Linux takes no argument of more than 128 KiB, and a script is one: so much of it may be reads ahead, as JSON. */
const MOST_BYTES = 32 * 1024;

/** A turn of a task that looks at a host. */
export interface Looker {
  readonly host: string;
  readonly reader: Reader;
  readonly read: Exec;
  /** The task's name, for what can't be read. */
  readonly task: string;
  /** The task itself and what comes after it. */
  readonly ahead: Ahead | undefined;
  /** The moment when the turn began. */
  readonly begun: number;
}

/** What was read just now. */
interface Fresh {
  readonly reads: readonly HostRead[];
  readonly answers: readonly Answer[];
}

/**
 * What there is on a host. Asks it only for what is not known; and then, in the same exec, for what the coming tasks will look
 * at too. `since`: what is known must have been read after this moment, and nothing is read ahead.
 */
export async function look(
  run: Run,
  looker: Looker,
  reads: readonly HostRead[],
  since?: number,
): Promise<Result<Facts>> {
  const { known, sight } = run;
  // Nothing is read ahead there: each task looks for itself.
  const earliest = sight.get(looker.host) === 0 ? looker.begun : 0;
  const before = reads.map((read) => known.find(looker.reader, read, since ?? earliest));
  const missing = reads.filter((_, index) => before[index] === undefined);
  const fresh =
    missing.length === 0
      ? ok({ reads: [], answers: [] })
      : await ask(run, looker, missing, since === undefined ? readsAhead(run, looker) : []);
  if (!fresh.ok) return fresh;
  const answers = reads.map((read, index) => before[index] ?? answerIn(fresh.value, read));
  return ok(factsOf(reads, { now: known.clock(looker.reader), answers }));
}

function answerIn({ reads, answers }: Fresh, wanted: HostRead): Answer {
  const subject = subjectOf(wanted);
  return answers[reads.findIndex((read) => subjectOf(read) === subject && covers(read, wanted))] ?? [];
}

/** What the coming tasks will look at on this host, as this user, that is not known yet. */
function readsAhead(
  { options, known, startAt, sight }: Run,
  { host, reader, ahead }: Looker,
): readonly HostRead[] {
  if (ahead === undefined || options.mayRun !== undefined) return [];
  const most = sight.get(host) ?? Infinity;
  if (sight.has(host)) sight.set(host, most * 2);
  const foreseen = firstOf(foresee(ahead, host, { options, startAt }), most);
  const own = foreseen.flatMap((each) => (each.reader === reader ? each.reads : []));
  return fitting(own.filter((read) => known.find(reader, read, 0) === undefined));
}

function firstOf<T>(items: Iterable<T>, most: number): readonly T[] {
  const first: T[] = [];
  if (most <= 0) return first;
  for (const item of items) {
    first.push(item);
    if (first.length >= most) break;
  }
  return first;
}

/** As many of them as fit into a script. */
export function fitting(reads: readonly HostRead[]): readonly HostRead[] {
  let bytes = 0;
  return joinReads(reads).filter((read) => (bytes += JSON.stringify(read).length) <= MOST_BYTES);
}

/** Asks a host. Where it does not come to an end with what is read ahead, that is left out from there on. */
async function ask(
  run: Run,
  looker: Looker,
  wanted: readonly HostRead[],
  ahead: readonly HostRead[],
): Promise<Result<Fresh>> {
  if (ahead.length === 0) return readNow(run, looker, joinReads(wanted), READ_SECONDS);
  const fresh = await readNow(run, looker, joinReads([...wanted, ...ahead]), AHEAD_SECONDS);
  if (fresh.ok || fresh.diagnostics.some(({ trouble }) => trouble === 'unreachable')) return fresh;
  run.sight.set(looker.host, 0);
  return readNow(run, looker, joinReads(wanted), READ_SECONDS);
}

async function readNow(
  { known }: Run,
  { host, reader, read: exec, task }: Looker,
  reads: readonly HostRead[],
  timeoutSeconds: number,
): Promise<Result<Fresh>> {
  const asked = known.ask();
  const answers = await readAnswers(task, reads, {
    host,
    read: (script) => exec(host, script, { timeoutSeconds }),
  });
  if (!answers.ok) return answers;
  known.keep(reader, reads, answers.value, asked);
  return ok({ reads, answers: answers.value.answers });
}

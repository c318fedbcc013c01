import type { CheckedChain } from './check-chain.ts';
import type { HeadsEntry } from './entry.ts';
import { headsFile } from './heads.ts';
import type { CheckedRun } from './read-run.ts';
import type { JournalRecord } from './record.ts';
import { signerOf } from './sshsig.ts';

/** A sign that a journal is not as it was written. */
export interface Finding {
  readonly file: string;
  /** Of the first bad record. */
  readonly line?: number;
  /** A sentence without a full stop. */
  readonly what: string;
  /** What of that file can still be believed. */
  readonly vouched: string;
}

/** What runs of a directory need to be checked against each other. */
export interface JournalDirectory {
  readonly heads: { readonly records: readonly JournalRecord[]; readonly checked: CheckedChain };
  /** The runs to check, by name. */
  readonly runs: ReadonlyMap<string, CheckedRun>;
  /** All runs are in `runs`: what heads names and is not there is missing. */
  readonly isWhole: boolean;
}

/** What of one run the chain of heads says. */
interface Known {
  readonly opened?: JournalRecord & { readonly event: Extract<HeadsEntry, { type: 'run-opened' }> };
  readonly closed?: Extract<HeadsEntry, { type: 'run-closed' }>;
}

/** Checks each run by itself, against the chain of heads, and against the runs that came after it. */
export function checkDirectory({ heads, runs, isWhole }: JournalDirectory): readonly Finding[] {
  const known = knownRuns(heads.records);
  const findings: Finding[] = [];
  if (heads.checked.flaw !== undefined)
    findings.push({ file: headsFile, ...heads.checked.flaw, vouched: vouchedRecords(heads.checked.records) });
  else if (heads.records.length === 0 && runs.size > 0)
    findings.push({
      file: headsFile,
      what: 'the file is gone, though there are runs; nothing says which others there were',
      vouched: 'each run by itself',
    });
  for (const run of runs.values()) {
    const entry = known.get(run.run) ?? {};
    // Behind a flaw of heads nothing is known.
    const isNamed =
      entry.opened !== undefined || heads.checked.flaw !== undefined || heads.records.length === 0;
    const what = flawOf(run) ?? againstHeads(run, entry, isNamed) ?? badSeal(run);
    if (what !== undefined) findings.push({ file: `${run.run}.jsonl`, ...what });
  }
  const bad = new Set(findings.map(({ file }) => file));
  const good = [...runs.values()].filter(({ run }) => !bad.has(`${run}.jsonl`));
  findings.push(...againstLaterRuns(good));
  for (const [name, { opened }] of isWhole ? known : []) {
    if (runs.has(name)) continue;
    findings.push({
      file: `${name}.jsonl`,
      what: `the file is gone; the run began at ${opened?.at ?? 'a time that is not known'}`,
      vouched: 'nothing of this run',
    });
  }
  return findings;
}

function knownRuns(records: readonly JournalRecord[]): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>();
  for (const record of records) {
    const { event } = record;
    if (event.type === 'run-opened')
      known.set(event.run, { ...known.get(event.run), opened: { ...record, event } });
    if (event.type === 'run-closed') known.set(event.run, { ...known.get(event.run), closed: event });
  }
  return known;
}

type Flawed = Omit<Finding, 'file'>;

function flawOf({ run, checked, opened }: CheckedRun): Flawed | undefined {
  if (checked.flaw !== undefined) return { ...checked.flaw, vouched: vouchedRecords(checked.records) };
  if (checked.records === 0) return undefined;
  if (opened?.run === run) return undefined;
  const other = opened === undefined ? 'none' : `that of run ${opened.run}`;
  return {
    line: 1,
    what: `this run's first record is wanted here, and it is ${other}`,
    vouched: 'nothing of it',
  };
}

function missingRecords(first: number, last: number): string {
  return first === last ? `record ${first} is` : `records ${first} to ${last} are`;
}

function againstHeads(
  { hashes, opened, checked }: CheckedRun,
  known: Known,
  isNamed: boolean,
): Flawed | undefined {
  if (!isNamed) {
    // Whoever was stopped before the entry in heads had done nothing yet.
    if (checked.records <= 1) return undefined;
    return {
      what: 'the chain of heads does not know this run: its entry was taken out, or the file put in',
      vouched: 'nothing of it',
    };
  }
  const first = known.opened;
  if (first !== undefined && (hashes[0] !== first.event.first || opened?.after.heads !== first.prev))
    return {
      line: 1,
      what: 'this is another run than that which began then: the file was replaced',
      vouched: 'nothing of it',
    };
  const { closed } = known;
  if (closed === undefined) return undefined;
  if (checked.records < closed.records)
    return {
      line: checked.records + 1,
      what: `${missingRecords(checked.records, closed.records - 1)} missing: its end was cut off after the run`,
      vouched: vouchedRecords(checked.records),
    };
  if (hashes[closed.records - 1] !== closed.head)
    return {
      line: 1,
      what: 'its end is another one than the run had: records were replaced',
      vouched: 'nothing of it',
    };
  if (checked.records === closed.records && checked.cutLine === undefined) return undefined;
  return {
    line: closed.records + 1,
    what: 'something was added after the run had ended',
    vouched: vouchedRecords(closed.records),
  };
}

function badSeal({ run, closed, sealed, checked }: CheckedRun): Flawed | undefined {
  if (sealed === undefined || 'unsigned' in sealed.signature) return undefined;
  const signer = signerOf(sealed.statement, sealed.signature.sshsig)?.toString('base64');
  const isGood =
    sealed.statement === statementOf(run, closed?.head ?? '') &&
    signer === sealed.signature.publicKey.split(' ')[1];
  if (isGood) return undefined;
  return {
    line: checked.records,
    what: 'the signature is not one of this head by this key',
    vouched: 'nothing that the signature would',
  };
}

/** What is signed. */
export function statementOf(run: string, head: string): string {
  return `${run} ${head}\n`;
}

/** Each run names a record of the run before it, as it was then: so the end of one that was cut off can't be taken away later. */
function againstLaterRuns(runs: readonly CheckedRun[]): readonly Finding[] {
  const byName = new Map(runs.map((run) => [run.run, run]));
  return runs.flatMap(({ run, opened }) => {
    const before = byName.get(opened?.after.run ?? '');
    const head = opened?.after.head;
    if (before === undefined || head === undefined) return [];
    if (before.hashes.includes(head)) return [];
    return [
      {
        file: `${before.run}.jsonl`,
        line: before.checked.records + 1,
        what: `run ${run} began after a record that is not there any more`,
        vouched: 'no more than its first record',
      },
    ];
  });
}

export function vouchedRecords(count: number): string {
  if (count === 0) return 'nothing of it';
  return count === 1 ? 'its first record' : `its first ${count} records (lines 1 to ${count})`;
}

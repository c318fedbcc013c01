import type { Finding } from './check-directory.ts';
import { vouchedRecords } from './check-directory.ts';
import type { NodeHead } from './node-heads.ts';
import type { CheckedRun } from './read-run.ts';

/** A journal, as nodes know it. */
export interface OwnJournal {
  readonly id: string | undefined;
  /** user@host. */
  readonly by: string;
  readonly directory: string;
  readonly runs: ReadonlyMap<string, CheckedRun>;
  /** All runs of the directory are in `runs`. */
  readonly isWhole: boolean;
}

export interface ComparedNodes {
  readonly findings: readonly Finding[];
  /** Lines of nodes that this journal bears out. */
  readonly agreed: number;
  /** Lines of other controllers, other users, or other directories. */
  readonly others: number;
}

/** Holds what nodes keep against the journal: each thing that is wrong once, with the first node that tells of it. */
export function compareNodes(
  kept: ReadonlyMap<string, readonly NodeHead[]>,
  journal: OwnJournal,
): ComparedNodes {
  const findings = new Map<string, Finding>();
  /** Of each run, the record up to which a node bears it out. */
  const borneOut = new Map<string, number>();
  let agreed = 0;
  let others = 0;
  for (const [host, heads] of kept) {
    for (const head of heads) {
      if (head.journal !== journal.id) {
        const isOwn = head.by === journal.by && head.directory === journal.directory;
        if (isOwn && !findings.has(head.journal)) findings.set(head.journal, replaced(host, head));
        if (!isOwn) others++;
        continue;
      }
      if (!journal.isWhole && !journal.runs.has(head.run)) continue;
      const what = contradiction(head, journal);
      if (what !== undefined) {
        if (!findings.has(head.run)) findings.set(head.run, differs(host, head, what, journal));
        continue;
      }
      agreed++;
      borneOut.set(head.run, Math.max(head.seq, borneOut.get(head.run) ?? 0));
    }
  }
  const withVouched = [...findings].map(([run, finding]) => {
    const until = borneOut.get(run);
    return until === undefined ? finding : { ...finding, vouched: vouchedRecords(until + 1) };
  });
  return { findings: withVouched, agreed, others };
}

/** What of a line of a node the journal contradicts. */
function contradiction({ run, seq, head }: NodeHead, { runs }: OwnJournal): string | undefined {
  const found = runs.get(run);
  if (found === undefined) return 'there is no such run here';
  const own = found.hashes[seq];
  if (own === undefined) return `record ${seq} is not there`;
  return own === head ? undefined : `record ${seq} is another one`;
}

function differs(host: string, { run, at, seq }: NodeHead, what: string, { runs }: OwnJournal): Finding {
  return {
    file: `${run}.jsonl`,
    ...(runs.has(run) && { line: seq + 1 }),
    what: `${host} keeps another head of this run (${at}) than the journal has: ${what}`,
    vouched: 'nothing of it',
  };
}

function replaced(host: string, { at, run }: NodeHead): Finding {
  return {
    file: 'heads',
    what: `${host} keeps the head of run ${run} (${at}) of another journal, which was in this directory: it was replaced or removed`,
    vouched: 'nothing that was done before the first record here',
  };
}

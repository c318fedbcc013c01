import type { RunSummary } from '../journal/run-summary.ts';
import type { CliContext, Help } from './command.ts';
import type { Flags } from './flags.ts';
import { inventoryFlags, nodeFlags } from './flags.ts';

export const flags = {
  number: { short: 'n', value: 'N', atLeast: 1, default: 30, help: 'so many runs, the newest' },
  json: inventoryFlags.json,
  state: nodeFlags.state,
} as const satisfies Flags;

export const help: Help = {
  usage: '',
  about: [
    'Lists the runs that were recorded, the newest last: when, who, what, and how it ended. Times are UTC. What only reads nodes (plan, ls, ping) is not recorded.',
    'A run without an end was killed, or is under way. What a run that was interrupted or killed has left is done by "pvefleet resume".',
  ],
  examples: [
    ['pvefleet history', 'The last 30 runs:'],
    ['pvefleet show last', 'What the last one did:'],
  ],
};

type HistoryContext = CliContext<typeof flags>;

export async function run({ flags: given, env, stdout, stderr }: HistoryContext): Promise<number> {
  const [{ listRuns }, { summarizeRun }, { runFile }, { stateDirectory }, { printDiagnostics }] =
    await Promise.all([
      import('../journal/journal-directory.ts'),
      import('../journal/run-summary.ts'),
      import('../journal/run-file.ts'),
      import('../journal/state-directory.ts'),
      import('./print-diagnostics.ts'),
    ]);
  const directory = stateDirectory(given.state, env);
  const runs = await listRuns(directory);
  if (!runs.ok) {
    printDiagnostics(runs.diagnostics, stderr);
    return 1;
  }
  const newest = runs.value.slice(-given.number);
  const summaries = await Promise.all(newest.map((name) => summarizeRun(name, runFile(directory, name))));
  stdout.write(given.json ? summaries.map(jsonLine).join('') : await tableOf(directory, summaries));
  return 0;
}

/** Runs that did not come to their end, by their names; none of them when one that resumed it did, or goes on. */
async function unfinishedRuns(
  directory: string,
  summaries: readonly RunSummary[],
): Promise<ReadonlySet<string>> {
  const [{ chainsOf }, { processOf }] = await Promise.all([
    import('../journal/run-chain.ts'),
    import('../journal/run-process.ts'),
  ]);
  const unfinished = new Set<string>();
  for (const chain of chainsOf(summaries)) {
    const last = chain.runs.at(-1);
    if (last?.opened === undefined) continue;
    const { opened, closed } = last;
    const hasSteps = !['exec', 'cp'].includes(opened.argv[0] ?? '');
    const mayHaveMore = closed === undefined ? (await processOf(opened)) === 'gone' : closed.exit !== 0;
    if (!hasSteps || !mayHaveMore) continue;
    const { isUnfinished, readResumed } = await import('./resumed-run.ts');
    const read = await readResumed(directory, chain);
    // What is wrong with its journal is told by "resume".
    if (!read.ok || isUnfinished(read.value)) unfinished.add(last.run);
  }
  return unfinished;
}

function jsonLine({ run: name, at, opened, closed, closedAt, sealed }: RunSummary): string {
  const signature = sealed?.signature;
  const row = {
    run: name,
    at: at ?? null,
    caller: opened?.caller ?? null,
    argv: opened?.argv ?? null,
    resumes: opened?.resumes ?? null,
    rollsBack: opened?.rollsBack ?? null,
    endedAt: closedAt ?? null,
    exit: closed?.exit ?? null,
    done: closed?.done ?? null,
    failed: closed?.failed ?? null,
    notRun: closed?.notRun ?? null,
    signedBy: signature !== undefined && 'key' in signature ? signature.key : null,
  };
  return `${JSON.stringify(row)}\n`;
}

async function tableOf(directory: string, summaries: readonly RunSummary[]): Promise<string> {
  const unfinished = await unfinishedRuns(directory, summaries);
  const [{ columns }, { callerName }, { shJoin }, { printable }] = await Promise.all([
    import('../text/columns.ts'),
    import('./caller.ts'),
    import('../text/sh-quote.ts'),
    import('../report/printable.ts'),
  ]);
  const rows = summaries.map(({ run: name, at, opened, closed }) => [
    name,
    (at ?? '').slice(0, 19).replace('T', ' '),
    opened === undefined ? 'unknown' : callerName(opened.caller),
    [
      outcomeOf(closed),
      ...(opened?.resumes === undefined ? [] : [`resumes ${opened.resumes}`]),
      ...(opened?.rollsBack === undefined ? [] : [`takes back ${opened.rollsBack}`]),
      ...(unfinished.has(name) ? [`unfinished: pvefleet resume ${opened?.resumes ?? name}`] : []),
    ].join('; '),
    printable(shJoin(opened?.argv ?? [])).replaceAll('\n', ' '),
  ]);
  return columns([['RUN', 'TIME', 'USER', 'OUTCOME', 'COMMAND'], ...rows])
    .map((line) => `${line}\n`)
    .join('');
}

function outcomeOf(closed: RunSummary['closed']): string {
  if (closed === undefined) return 'no end';
  const { exit, done, failed, notRun } = closed;
  const counts = [
    ...(done > 0 ? [`${done} done`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(notRun > 0 ? [`${notRun} not run`] : []),
  ];
  return [`exit ${exit}`, ...(counts.length > 0 ? [counts.join(', ')] : [])].join(': ');
}

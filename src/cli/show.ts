import type { PlacedRecord, RunRecords } from '../journal/read-run.ts';
import type { CliContext, Help } from './command.ts';
import type { Flags, FlagValues } from './flags.ts';
import { inventoryFlags, nodeFlags } from './flags.ts';

export const flags = {
  files: { help: 'show the files that it was about, as a diff of before it and after it' },
  undo: { help: 'show what would undo each step, the last one first' },
  file: { value: 'PATH', help: 'print one of these files as it was before the run' },
  json: inventoryFlags.json,
  state: nodeFlags.state,
} as const satisfies Flags;

export const help: Help = {
  usage: 'RUN',
  about: [
    'Shows what a run did: who gave it, its changes, its commands with their nodes, and how each ended. RUN is its id, the beginning of it, or "last".',
    'What it changed by plans can be taken back: pvefleet rollback RUN.',
    'With --undo its steps are shown from the last to the first, each with what would undo it by itself: for who has to do that by hand, without pvefleet. A rollback also looks at what is there now.',
    'With --json the records are printed as they are in the journal, one a line.',
  ],
  examples: [
    ['pvefleet show last', 'What the last run did:'],
    ['pvefleet show last --files', 'The same as a diff of files:'],
    ['pvefleet history', 'Which runs there are:'],
  ],
};

type ShowContext = CliContext<typeof flags>;

export async function run(context: ShowContext): Promise<number> {
  const { flags: given, positionals, env, stdout, stderr } = context;
  const [{ findRun }, { scanRun }, { runFile }, { stateDirectory }, { printDiagnostics }, { usageError }] =
    await Promise.all([
      import('../journal/journal-directory.ts'),
      import('../journal/read-run.ts'),
      import('../journal/run-file.ts'),
      import('../journal/state-directory.ts'),
      import('./print-diagnostics.ts'),
      import('./parse-flags.ts'),
    ]);
  const [name, ...others] = positionals;
  const wrong =
    name === undefined ? 'no run is named; one is wanted, or "last"' : `"${others.join(' ')}" is too much`;
  if (name === undefined || others.length > 0) {
    printDiagnostics([usageError('cli/arguments', `Cannot run show: ${wrong}`, 'show')], stderr);
    return 1;
  }
  const directory = stateDirectory(given.state, env);
  const found = await findRun(directory, name);
  if (!found.ok) {
    printDiagnostics(found.diagnostics, stderr);
    return 1;
  }
  const records: PlacedRecord[] = [];
  const lines: string[] = [];
  const scanned = await scanRun(runFile(directory, found.value), (each, line) => {
    records.push(each);
    lines.push(`${line}\n`);
  });
  const record = { ...scanned, records };
  if (given.file !== undefined) return printFile(given.file, record, context);
  stdout.write(given.json ? lines.join('') : await textOf(record, directory, given));
  const { flaw } = record.checked;
  if (flaw === undefined) return 0;
  stderr.write(`${found.value}.jsonl:${flaw.line}: ${flaw.what}; nothing from there on is shown\n`);
  return 2;
}

/** For people: what it did, or its files, or what would undo it, and what became of it. */
async function textOf(
  record: RunRecords,
  directory: string,
  { files, undo }: Pick<FlagValues<typeof flags>, 'files' | 'undo'>,
): Promise<string> {
  const [{ appliedRun }, { filesOfRun, filesText }, { describeRun }, { rollbacksOf }, { undoText }] =
    await Promise.all([
      import('../rollback/applied-run.ts'),
      import('./kept-files-text.ts'),
      import('./describe-run.ts'),
      import('../rollback/rollbacks-of.ts'),
      import('./undo-text.ts'),
    ]);
  const applied = appliedRun(record.records.map(({ event }) => event));
  if (undo) return undoText(applied);
  if (!files)
    return describeRun(record, applied.changes.length > 0, await rollbacksOf(record.run, directory));
  const kept = filesOfRun(applied);
  return kept.length === 0
    ? 'No files were kept: the run changed none by a plan.\n'
    : filesText(kept, '(after)');
}

async function printFile(path: string, record: RunRecords, { stdout, stderr }: ShowContext): Promise<number> {
  const [{ appliedRun }, { printDiagnostics }, { didYouMean }] = await Promise.all([
    import('../rollback/applied-run.ts'),
    import('./print-diagnostics.ts'),
    import('../text/did-you-mean.ts'),
  ]);
  const kept = [...appliedRun(record.records.map(({ event }) => event)).before.values()];
  const text = kept.find((file) => file.path === path)?.text;
  if (typeof text === 'string') {
    stdout.write(text);
    return 0;
  }
  const is =
    text === null
      ? 'it was not there before the run'
      : `the run kept no such file${didYouMean(
          path,
          kept.map((file) => file.path),
        )}`;
  printDiagnostics(
    [
      {
        code: 'journal/file',
        severity: 'error',
        trouble: 'invalid',
        message: `Cannot print ${path}: ${is}`,
        hint: `Which were kept: pvefleet show ${record.run} --files`,
      },
    ],
    stderr,
  );
  return 1;
}

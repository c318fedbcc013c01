import type { CliContext, Help } from './command.ts';
import type { Flags } from './flags.ts';
import { inventoryFlags, nodeFlags } from './flags.ts';

export const flags = {
  json: inventoryFlags.json,
  state: nodeFlags.state,
} as const satisfies Flags;

export const help: Help = {
  usage: 'RUN',
  about: [
    'Shows what a run did: who gave it, its changes, its commands with their nodes, and how each ended. RUN is its id, the beginning of it, or "last".',
    'With --json the records are printed as they are in the journal, one a line.',
  ],
  examples: [
    ['pvefleet show last', 'What the last run did:'],
    ['pvefleet history', 'Which runs there are:'],
  ],
};

type ShowContext = CliContext<typeof flags>;

export async function run(context: ShowContext): Promise<number> {
  const { flags: given, positionals, env, stdout, stderr } = context;
  const [
    { findRun },
    { readRun },
    { runFile },
    { stateDirectory },
    { canonical },
    { describeRun },
    { printDiagnostics },
    { usageError },
  ] = await Promise.all([
    import('../journal/journal-directory.ts'),
    import('../journal/read-run.ts'),
    import('../journal/run-file.ts'),
    import('../journal/state-directory.ts'),
    import('../journal/canonical.ts'),
    import('./describe-run.ts'),
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
  const record = await readRun(runFile(directory, found.value));
  stdout.write(
    given.json
      ? record.records.map(({ line: _line, ...each }) => `${canonical(each)}\n`).join('')
      : describeRun(record),
  );
  const { flaw } = record.checked;
  if (flaw === undefined) return 0;
  stderr.write(`${found.value}.jsonl:${flaw.line}: ${flaw.what}; nothing from there on is shown\n`);
  return 2;
}

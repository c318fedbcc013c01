import type { Diagnostic } from '../diagnostic.ts';
import type { CliContext, Help } from './command.ts';
import { exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';
import { nodeFlags } from './flags.ts';

export const flags = {
  'command-timeout': { value: 'SECONDS', atLeast: 1, help: 'give up a command that runs longer than this' },
  ...nodeFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: 'PATTERN -- COMMAND...',
  about: [
    'Runs a command on every host that PATTERN names (hosts, groups, globs, joined by ":" or ","), and prints equal answers once, under the node set that gave them.',
    'After "--", one argument is shell text, as with ssh; several are a command and its arguments, quoted so that they arrive as they are. The command runs with LC_ALL=C.UTF-8.',
    'With --json each host is one JSON object on a line of its own: host, exit, signal, stdout, stderr, seconds, error. The exit code is 3 when a command failed somewhere, 4 when a host gave no answer.',
  ],
  examples: [
    ['pvefleet exec all -- uptime', 'One command everywhere:'],
    ["pvefleet exec 'pve*' -- 'pveversion | cut -d/ -f2'", 'Shell text, as one argument:'],
    ['pvefleet exec pve1:pve2 -f 1 -- systemctl is-active pveproxy', 'One host after the other:'],
  ],
};

type ExecContext = CliContext<typeof flags>;

export async function run(context: ExecContext): Promise<number> {
  const wrong = whatIsWrong(context);
  if (wrong === undefined)
    return execOnFleet(context, context.positionals[0] ?? '', context.afterDashes ?? []);
  const { printDiagnostics } = await import('./print-diagnostics.ts');
  printDiagnostics([wrong], context.stderr);
  return exitCodeFor([wrong]);
}

async function execOnFleet(
  context: ExecContext,
  pattern: string,
  command: readonly string[],
): Promise<number> {
  const [
    { openFleet },
    { execEverywhere },
    { openRunJournal },
    answers,
    { printDiagnostics },
    { countAnswers },
    { printable },
  ] = await Promise.all([
    import('./connect.ts'),
    import('./exec-everywhere.ts'),
    import('./run-record.ts'),
    import('./answers.ts'),
    import('./print-diagnostics.ts'),
    import('./count-answers.ts'),
    import('../report/printable.ts'),
  ]);
  const { stdout, stderr, signal } = context;
  const { json, 'command-timeout': timeoutSeconds } = context.flags;
  const fleet = await openFleet(context, pattern, signal);
  if (!fleet.ok) {
    printDiagnostics(fleet.diagnostics, stderr);
    return exitCodeFor(fleet.diagnostics);
  }
  const { pool, nodes } = fleet.value;
  const record = await openRunJournal(context);
  if (!record.ok) {
    printDiagnostics(record.diagnostics, stderr);
    return exitCodeFor(record.diagnostics);
  }
  const counter = countAnswers(
    nodes.map((node) => node.name),
    stderr,
  );
  const options = timeoutSeconds === undefined ? {} : { timeoutSeconds };
  const given = await execEverywhere(pool, nodes, { command, options, record: record.value }, (answer) => {
    counter.answered(answer.host);
    if (json) stdout.write(answers.jsonLine(answer));
  });
  counter.end();
  await pool.close();
  if (!json) {
    stdout.write(answers.foldAnswers(given, stdout.isTTY ? printable : (text) => text));
    printDiagnostics(answers.errorsOf(given), stderr);
    stderr.write(answers.failureTable(given));
  }
  const exit = answers.exitCodeOf(given);
  await record.value.end(exit);
  return exit;
}

function whatIsWrong({ flags: given, positionals, afterDashes }: ExecContext): Diagnostic | undefined {
  if (given['read-only']) {
    const message =
      'Cannot run exec: the mode is read-only, and what a command would change is not known; no --read-only is wanted';
    return { code: 'cli/read-only', severity: 'error', trouble: 'refused', message };
  }
  const problem = argumentProblem(positionals, afterDashes);
  if (problem === undefined) return undefined;
  return {
    code: 'cli/arguments',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot run exec: ${problem}`,
    hint: 'Write: pvefleet exec PATTERN -- COMMAND..., as in: pvefleet exec all -- uptime',
  };
}

function argumentProblem(
  positionals: readonly string[],
  afterDashes: readonly string[] | undefined,
): string | undefined {
  const [pattern, ...others] = positionals;
  if (pattern === undefined) return 'no hosts are named; a pattern is wanted before "--"';
  if (afterDashes === undefined) return 'there is no "--"; the command is wanted after it';
  if (others.length > 0) return `"${others.join(' ')}" stands before "--"; one pattern is wanted there`;
  if (afterDashes.every((word) => word.trim() === '')) return 'no command is given; one is wanted after "--"';
  return undefined;
}

import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { CliContext, Help } from './command.ts';
import { exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';
import { nodeFlags } from './flags.ts';
import type { Row } from './ls-rows.ts';

export const flags = {
  output: {
    short: 'o',
    value: 'FORMAT',
    choices: ['table', 'wide', 'json', 'yaml', 'name'],
    default: 'table',
    help: 'how it is printed',
  },
  from: {
    value: 'DIR',
    help: 'list what a saved survey or a copy of /etc/pve in DIR holds; no node is connected to',
  },
  ...nodeFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: 'nodes|guests [PATTERN]',
  about: [
    "Lists the nodes, or the guests of all clusters at once, as the nodes' own files say they are. PATTERN names the hosts that are asked; a cluster's guests are all listed as soon as one member answers.",
    'What could not be read is shown as "unknown", never as stopped or absent; "-" means that there is none. A node that gave no answer is a row of "ls nodes" and an error, and the exit code is 4.',
  ],
  examples: [
    ['pvefleet ls nodes -i inventory.yml', 'Versions, sizes and guests of each node:'],
    ['pvefleet ls guests -o wide', 'Every guest with cores, memory, tags, HA and lock:'],
    ['pvefleet ls guests -o name --from survey/', 'Addresses only, from a saved survey:'],
  ],
};

type LsContext = CliContext<typeof flags>;
interface Asked {
  readonly what: 'nodes' | 'guests';
  readonly pattern?: string;
}

export async function run(context: LsContext): Promise<number> {
  const { printDiagnostics } = await import('./print-diagnostics.ts');
  const { stdout, stderr } = context;
  const asked = whatIsAsked(context);
  const survey = asked.ok ? await readSurvey(context, asked.value.pattern) : asked;
  if (!asked.ok || !survey.ok) {
    const { diagnostics } = survey.ok ? { diagnostics: [] } : survey;
    printDiagnostics(diagnostics, stderr);
    return exitCodeFor(diagnostics);
  }
  const { guestRows, nodeRows } = await import('./ls-rows.ts');
  const { what } = asked.value;
  const rows = what === 'nodes' ? nodeRows(survey.value) : guestRows(survey.value);
  stdout.write(await rowsText(what, rows, context.flags.json ? 'json' : context.flags.output));
  printDiagnostics([...survey.warnings, ...survey.value.unreachable], stderr);
  return exitCodeFor(survey.value.unreachable);
}

async function readSurvey(context: LsContext, pattern: string | undefined) {
  const { from } = context.flags;
  if (from === undefined) return (await import('./read-survey.ts')).surveyFleet(context, pattern);
  return (await import('../snapshot/read-offline.ts')).readOffline(from);
}

async function rowsText(
  what: Asked['what'],
  rows: readonly Row[],
  format: LsContext['flags']['output'],
): Promise<string> {
  const cells = rows.map((row) => row.cells);
  switch (format) {
    case 'json':
      return `${JSON.stringify(cells, null, 2)}\n`;
    case 'yaml':
      return (await import('yaml')).stringify(cells);
    case 'name':
      return rows.map(({ id }) => `${id}\n`).join('');
    case 'table':
    case 'wide':
      return (await import('./ls-table.ts')).lsTable(what, rows, format === 'wide');
  }
}

function whatIsAsked({ flags: { from }, positionals }: LsContext): Result<Asked> {
  const [what, pattern, ...others] = positionals;
  if (
    (what === 'nodes' || what === 'guests') &&
    others.length === 0 &&
    (pattern === undefined || from === undefined)
  ) {
    return ok({ what, ...(pattern !== undefined && { pattern }) });
  }
  return fail({
    code: 'cli/arguments',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot run ls: ${problemOf(positionals, from)}`,
    hint: 'Write: pvefleet ls nodes [PATTERN], or: pvefleet ls guests [PATTERN]',
  });
}

function problemOf([what, , ...others]: readonly string[], from: string | undefined): string {
  if (what === undefined) return 'it is not said what; "nodes" or "guests" is wanted';
  if (what !== 'nodes' && what !== 'guests')
    return `"${what}" can't be listed; "nodes" or "guests" is wanted`;
  if (others.length > 0) return `"${others.join(' ')}" is too much; one pattern is wanted`;
  return `a saved survey (--from ${from ?? ''}) is listed whole; no pattern is wanted`;
}

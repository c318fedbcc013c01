import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { CliContext, Help } from './command.ts';
import { exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';
import { nodeFlags } from './flags.ts';
import { listingKinds, type ListingKind } from '../listing/kinds.ts';
import type { Listing, Row } from '../listing/listing.ts';

export const flags = {
  output: {
    short: 'o',
    value: 'FORMAT',
    choices: ['table', 'wide', 'json', 'yaml', 'name'],
    default: 'table',
    help: 'how it is printed',
  },
  where: {
    short: 'w',
    value: 'CONDITION',
    repeatable: true,
    help: 'only rows with key=value, key!=value or key~REGEXP; all that are given must hold',
  },
  from: {
    value: 'DIR',
    help: 'list what a saved survey or a copy of /etc/pve in DIR holds; no node is connected to',
  },
  ...nodeFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: 'KIND [PATTERN]',
  about: [
    `Lists things of one kind over all clusters at once, as the nodes' own files say they are: ${listingKinds.map(({ kind }) => kind).join(', ')}. PATTERN names the hosts that are asked; what a cluster shares is all listed as soon as one member answers.`,
    'What could not be read is shown as "unknown", never as stopped or absent; "-" means that there is none. A node that gave no answer is a row of "ls nodes" and an error, and the exit code is 4. Times are UTC.',
    'CONDITION looks at the cells as -o json has them: "tags=web" is true of a guest that has that tag among others.',
  ],
  examples: [
    ['pvefleet ls nodes -i inventory.yml', 'Versions, sizes and guests of each node:'],
    [
      'pvefleet ls guests -o wide --where tags=web --where status!=running',
      'Guests of one tag that do not run:',
    ],
    ['pvefleet ls disks --where storage~^ceph -o json', 'Disks on some storages, for a program:'],
    ['pvefleet ls guests -o name --from survey/', 'Addresses only, from a saved survey:'],
    ['pvefleet ls jobs --from backup/etc/pve', 'From a copy of /etc/pve:'],
  ],
};

type LsContext = CliContext<typeof flags>;
interface Asked {
  readonly kind: ListingKind;
  readonly pattern?: string;
}

export async function run(context: LsContext): Promise<number> {
  const { printDiagnostics } = await import('./print-diagnostics.ts');
  const { stdout, stderr } = context;
  const asked = await whatIsAsked(context);
  const survey = asked.ok ? await readSurvey(context, asked.value.pattern) : asked;
  const listed = asked.ok && survey.ok ? await list(asked.value.kind, survey.value, context) : fail();
  if (!asked.ok || !survey.ok || !listed.ok) {
    const troubles = [survey, listed].flatMap((result) => (result.ok ? [] : result.diagnostics));
    printDiagnostics([...new Set(troubles)], stderr);
    return exitCodeFor(troubles);
  }
  stdout.write(listed.value);
  printDiagnostics([...survey.warnings, ...survey.value.unreachable], stderr);
  return exitCodeFor(survey.value.unreachable);
}

async function list(
  { load }: ListingKind,
  survey: Survey,
  { flags: given, stdout }: LsContext,
): Promise<Result<string>> {
  const [listing, { filterRows }] = await Promise.all([load(), import('../listing/where.ts')]);
  const rows = filterRows(listing, listing.rows(survey), given.where);
  return rows.ok ? ok(await rowsText(listing, rows.value, given.json ? 'json' : given.output, stdout)) : rows;
}

async function readSurvey(context: LsContext, pattern: string | undefined) {
  const { from } = context.flags;
  if (from === undefined) return (await import('./read-survey.ts')).surveyFleet(context, pattern);
  return (await import('../snapshot/read-offline.ts')).readOffline(from);
}

async function rowsText(
  listing: Listing,
  rows: readonly Row[],
  format: LsContext['flags']['output'],
  stdout: LsContext['stdout'],
): Promise<string> {
  const cells = rows.map((row) => row.cells);
  switch (format) {
    case 'json':
      return `${JSON.stringify(cells, null, 2)}\n`;
    case 'yaml':
      return (await import('yaml')).stringify(cells, { aliasDuplicateObjects: false });
    case 'name':
      return rows.map(({ id }) => `${id}\n`).join('');
    case 'table':
    case 'wide':
      return (await import('../listing/table.ts')).tableText(listing, rows, {
        wide: format === 'wide',
        ...(stdout.isTTY && format === 'table' && { width: stdout.columns }),
      });
  }
}

async function whatIsAsked({ flags: { from }, positionals }: LsContext): Promise<Result<Asked>> {
  const [name, pattern, ...others] = positionals;
  const kind = listingKinds.find((each) => each.kind === name);
  if (kind !== undefined && others.length === 0 && (pattern === undefined || from === undefined))
    return ok({ kind, ...(pattern !== undefined && { pattern }) });
  return fail({
    code: 'cli/arguments',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot run ls: ${await problemOf(positionals, from)}`,
    hint: `Write: pvefleet ls KIND [PATTERN]; kinds: ${listingKinds.map((each) => each.kind).join(', ')}`,
  });
}

async function problemOf([name, , ...others]: readonly string[], from: string | undefined): Promise<string> {
  if (name === undefined) return 'it is not said what; a kind is wanted';
  const names = listingKinds.map(({ kind }) => kind);
  if (!names.includes(name)) {
    const { didYouMean } = await import('../text/did-you-mean.ts');
    return `"${name}" can't be listed${didYouMean(name, names)}`;
  }
  if (others.length > 0) return `"${others.join(' ')}" is too much; one pattern is wanted`;
  return `a saved survey (--from ${from ?? ''}) is listed whole; no pattern is wanted`;
}

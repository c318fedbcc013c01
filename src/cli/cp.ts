import type { Diagnostic, Result } from '../diagnostic.ts';
import type { CopyOrder } from '../copy/remote-path.ts';
import type { Copied } from '../copy/upload.ts';
import type { Node } from '../inventory/node.ts';
import type { Pool } from '../transports/pool.ts';
import type { CliContext, Help } from './command.ts';
import { exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';
import type { RunJournal } from './run-record.ts';
import { nodeFlags } from './flags.ts';

export const flags = {
  mode: {
    value: 'MODE',
    help: 'permissions of the files on the nodes, as 0644 (default: those that they have here)',
  },
  owner: {
    value: 'USER[:GROUP]',
    help: 'owner on the nodes (default: who logs in; of a file that is replaced, its own)',
  },
  check: { short: 'C', help: 'only say what would be copied' },
  ...nodeFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: 'FILE... PATTERN:PATH | PATTERN:PATH... DIRECTORY',
  about: [
    'Copies files and directories to every host that PATTERN names, or from them. What is equal already, by SHA-256 and mode, is left alone; a copy that was cut off is gone on with. Each file is written beside its place, checked, and put there by one rename, so nobody sees half of it.',
    'A PATH that is a directory on the node, or ends in "/", takes the files into it. From several hosts, each host\'s files go into a directory of its name under DIRECTORY. Links are followed where they are named, and copied as links below a directory. A file of this machine with a colon in its name is written "./a:b".',
    'With --json each host is one JSON object on a line of its own. The exit code is 3 when a copy failed somewhere, 4 when a host gave no answer.',
  ],
  examples: [
    ["pvefleet cp sources.list 'all:/etc/apt/sources.list.d/site.list'", 'One file to all:'],
    [
      "pvefleet cp --mode 0640 --owner root:www-data hook.pl 'pve[1-3]:/var/lib/vz/snippets/'",
      'Into a directory:',
    ],
    ["pvefleet cp 'all:/etc/network/interfaces' saved/", 'Of each host, to saved/HOST/interfaces:'],
  ],
};

type CpContext = CliContext<typeof flags>;

interface Answer {
  readonly host: string;
  readonly result: Result<Copied>;
}

export async function run(context: CpContext): Promise<number> {
  const [{ readCopyOrder }, { printDiagnostics }] = await Promise.all([
    import('../copy/remote-path.ts'),
    import('./print-diagnostics.ts'),
  ]);
  const order = readCopyOrder(context.positionals);
  const wrong = order.ok ? whatIsWrong(context, order.value) : order.diagnostics;
  if (!order.ok || wrong.length > 0) {
    printDiagnostics(wrong, context.stderr);
    return exitCodeFor(wrong);
  }
  return copyEverywhere(context, order.value);
}

async function copyEverywhere(context: CpContext, order: CopyOrder): Promise<number> {
  const [
    { openFleet },
    { countAnswers },
    { printDiagnostics },
    { makeCopier },
    { default: pLimit },
    { openRunJournal },
    { execByHost },
  ] = await Promise.all([
    import('./connect.ts'),
    import('./count-answers.ts'),
    import('./print-diagnostics.ts'),
    import('./cp-copier.ts'),
    import('p-limit'),
    import('./run-record.ts'),
    import('./exec-by-host.ts'),
  ]);
  const { stdout, stderr, flags: given } = context;
  const copier = await makeCopier(order, given);
  const fleet = copier.ok ? await openFleet(context, order.pattern, context.signal) : copier;
  if (!copier.ok || !fleet.ok) {
    const problems = [copier, fleet].flatMap((result) => (result.ok ? [] : result.diagnostics));
    printDiagnostics([...new Set(problems)], stderr);
    return exitCodeFor(problems);
  }
  const { pool, nodes } = fleet.value;
  // What only reads the nodes is not recorded.
  const record = order.way === 'up' && !given.check ? await openRunJournal(context) : undefined;
  if (record?.ok === false) {
    printDiagnostics(record.diagnostics, stderr);
    return exitCodeFor(record.diagnostics);
  }
  const counter = countAnswers(
    nodes.map(({ name }) => name),
    stderr,
  );
  const turn = pLimit(given.forks);
  const copy = async (node: Node): Promise<Answer> => {
    const act = () => copier.value(pool, node, nodes.length);
    const result =
      record === undefined ? await act() : await recordCopy(record.value, context, node.name, act);
    counter.answered(node.name);
    if (given.json) stdout.write(jsonLine({ host: node.name, result }));
    return { host: node.name, result };
  };
  const answers = await Promise.all(nodes.map((node) => turn(() => copy(node))));
  counter.end();
  const errors = answers.flatMap(({ result }) => (result.ok ? [] : result.diagnostics));
  await record?.value.end(exitCodeFor(errors), execByHost(fleet.value));
  await pool.close();
  if (!given.json) stdout.write(await summary(answers, given.check));
  printDiagnostics(errors, stderr);
  return exitCodeFor(errors);
}

async function recordCopy(
  record: RunJournal,
  { positionals }: CpContext,
  host: string,
  act: () => Promise<Result<Copied>>,
): Promise<Result<Copied>> {
  const [{ recordCommand }, { shJoin }] = await Promise.all([
    import('./record-command.ts'),
    import('../text/sh-quote.ts'),
  ]);
  return recordCommand(
    record,
    { host, command: shJoin(['pvefleet', 'cp', ...positionals]) },
    act,
    ({ digests }) => ({
      outcome: 'done',
      exit: 0,
      ...(digests !== undefined && { files: digests }),
    }),
  );
}

/** Copies what was asked for to, or from, one of so many hosts. */
export type Copier = (pool: Pool, node: Node, hosts: number) => Promise<Result<Copied>>;

/** Hosts with the same outcome on one line. */
async function summary(answers: readonly Answer[], check: boolean): Promise<string> {
  const { foldNodeSet } = await import('../inventory/node-set.ts');
  const hosts = new Map<string, string[]>();
  for (const { host, result } of answers) {
    if (!result.ok) continue;
    const { changed, equal, bytes } = result.value;
    const did = `${changed.length} ${check ? 'would be copied' : 'copied'}${changed.length === 0 ? '' : ` (${bytesText(bytes)})`}`;
    const outcome = `${did}, ${equal} equal already`;
    hosts.set(outcome, [...(hosts.get(outcome) ?? []), host]);
  }
  const { columns } = await import('../text/columns.ts');
  const rows = [...hosts].map(([outcome, names]) => [foldNodeSet(names), outcome]);
  return rows.length === 0 ? '' : `${columns(rows).join('\n')}\n`;
}

function bytesText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

function jsonLine({ host, result }: Answer): string {
  if (!result.ok) return `${JSON.stringify({ host, error: result.diagnostics[0] ?? null })}\n`;
  const { changed, equal, bytes } = result.value;
  return `${JSON.stringify({ host, changed, equal, bytes, error: null })}\n`;
}

function whatIsWrong({ flags: given }: CpContext, { way }: CopyOrder): readonly Diagnostic[] {
  const invalid = { code: 'cli/flag', severity: 'error', trouble: 'invalid' } as const;
  if (given['read-only'] && way === 'up' && !given.check)
    return [
      {
        ...invalid,
        code: 'cli/read-only',
        trouble: 'refused',
        message: 'Cannot copy to nodes: the mode is read-only; no --read-only is wanted',
      },
    ];
  if (given.mode !== undefined && !/^0?[0-7]{3,4}$/u.test(given.mode))
    return [
      {
        ...invalid,
        message: `Cannot use --mode ${given.mode}: it is no octal number; one as 0644 is wanted`,
      },
    ];
  if (way === 'down' && (given.mode ?? given.owner) !== undefined)
    return [
      {
        ...invalid,
        message:
          'Cannot use --mode or --owner: these are for files on nodes; copying from nodes takes neither',
      },
    ];
  if (given.owner !== undefined && !/^[\w.-]+(?::[\w.-]+)?$/u.test(given.owner))
    return [{ ...invalid, message: `Cannot use --owner ${given.owner}: USER or USER:GROUP is wanted` }];
  return [];
}

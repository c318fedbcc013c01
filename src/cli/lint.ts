import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Report } from '../lint/lint.ts';
import type { FileKind } from '../pve/file-kind.ts';
import type { CliContext, Help } from './command.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';

export const flags = {
  as: { value: 'KIND', help: 'the kind of every file named, where its path and content do not tell' },
  rewrite: { help: 'print the file as it is written again from its decoded value' },
  output: {
    short: 'o',
    value: 'DIR',
    help: 'with --rewrite: write each file below DIR, under the same relative path',
  },
  json: { help: 'print JSON for programs, decoded values among it' },
} as const satisfies Flags;

export const help: Help = {
  usage: 'FILE|DIR...',
  about: [
    "Reads files of Proxmox VE's configuration as PVE does, and says what PVE would refuse, drop or trip over. A file's kind is told by its path, else by its content, else by --as KIND.",
    'A directory may be or hold a copy of /etc/pve, or what "pvefleet survey -o DIR" saved: then also names of storages, bridges, guests, nodes, pools that are not there, MAC addresses and VMIDs that are there twice. Files of other kinds are passed over and counted.',
    'Exits with 2 when something was found. --rewrite proves that nothing is lost: what it writes equals the file, byte for byte.',
  ],
  examples: [
    ['pvefleet lint /etc/pve', 'On a node, all of its cluster:'],
    ['pvefleet lint backup/etc/pve/storage.cfg 100.conf --json', 'Two files, decoded:'],
    ['pvefleet lint new.txt --as storage', 'Say what it is:'],
    ['pvefleet lint --rewrite survey/ -o again/', 'Write all of a saved survey again:'],
  ],
};

type LintContext = CliContext<typeof flags>;

export async function run(context: LintContext): Promise<number> {
  const { printDiagnostics } = await import('./print-diagnostics.ts');
  const looked = await look(context);
  if (!looked.ok) {
    printDiagnostics(looked.diagnostics, context.stderr);
    return exitCodeFor(looked.diagnostics);
  }
  const { report, unreadable } = looked.value;
  printDiagnostics(unreadable, context.stderr);
  const code = await tell(report, context);
  return unreadable.length > 0 ? exitCodeFor(unreadable) : code;
}

async function tell(report: Report, context: LintContext): Promise<number> {
  if (context.flags.rewrite) return (await import('./lint-rewrite.ts')).rewrite(context, report);
  const { reportJson, reportText } = await import('../lint/report.ts');
  context.stdout.write(context.flags.json ? reportJson(report) : reportText(report, context.stdout.colour));
  return report.files.some(({ findings }) => findings.length > 0) ? exitCode.pending : exitCode.done;
}

interface Looked {
  readonly report: Report;
  /** What could not be read, so that it was not looked at. */
  readonly unreadable: readonly Diagnostic[];
}

async function look({ flags: given, positionals }: LintContext): Promise<Result<Looked>> {
  const misused = misuse(given, positionals);
  if (misused !== undefined) return fail(misused);
  const [{ readSources }, { lint }, { fileKinds }] = await Promise.all([
    import('../lint/read-sources.ts'),
    import('../lint/lint.ts'),
    import('../pve/file-kinds.ts'),
  ]);
  const as = fileKinds.find(({ kind }) => kind === given.as);
  if (given.as !== undefined && as === undefined) return fail(await noKind(given.as, fileKinds));
  const { sources, unreadable } = await readSources(positionals);
  const report = lint(sources, as);
  const untold = report.untold.filter(({ source }) => source.named);
  if (report.files.length === 0 && unreadable.length > 0)
    return fail(...unreadable, ...untold.map(({ source, why }) => notTold(source.file, why)));
  if (report.files.length === 0 && untold.length === 0)
    return fail(nothingThere(positionals, report.untold.length));
  return untold.length === 0
    ? ok({ report, unreadable })
    : fail(...unreadable, ...untold.map(({ source, why }) => notTold(source.file, why)));
}

function misuse(given: LintContext['flags'], paths: readonly string[]): Diagnostic | undefined {
  if (paths.length === 0)
    return invalid(
      'Cannot lint: no file is named; files or directories are wanted',
      'Write: pvefleet lint FILE|DIR..., as in: pvefleet lint backup/etc/pve',
    );
  if (given.output !== undefined && !given.rewrite)
    return invalid('Cannot use -o DIR: nothing is written without --rewrite; "--rewrite -o DIR" is wanted');
  if (given.rewrite && given.json)
    return invalid('Cannot use --json with --rewrite: it prints files as they are; one of the two is wanted');
  return undefined;
}

async function noKind(name: string, kinds: readonly FileKind[]): Promise<Diagnostic> {
  const { didYouMean } = await import('../text/did-you-mean.ts');
  const names = kinds.map(({ kind }) => kind);
  return invalid(
    `Cannot lint as "${name}": there is no such kind of file${didYouMean(name, names)}`,
    `Kinds: ${names.join(', ')}`,
  );
}

function nothingThere(paths: readonly string[], others: number): Diagnostic {
  const is =
    others === 0
      ? 'there is no file'
      : others === 1
        ? 'the only file there is of no known kind'
        : `none of the ${others} files there is of a known kind`;
  return {
    code: 'lint/nothing',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot lint ${paths.join(', ')}: ${is}; files of PVE's configuration are wanted`,
    hint: 'Name a copy of /etc/pve, what "pvefleet survey -o DIR" saved, or a file with --as KIND.',
  };
}

function notTold(file: string, why: string): Diagnostic {
  return {
    code: 'lint/kind',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot lint ${file}: ${why}; its kind is wanted`,
    hint: 'Say what it is: --as KIND, as in: --as storage',
  };
}

function invalid(message: string, hint?: string): Diagnostic {
  return {
    code: 'cli/arguments',
    severity: 'error',
    trouble: 'invalid',
    message,
    ...(hint !== undefined && { hint }),
  };
}

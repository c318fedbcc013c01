import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { CliContext, Help } from './command.ts';
import { exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';
import { nodeFlags } from './flags.ts';

export const flags = {
  output: {
    short: 'o',
    value: 'DIR',
    help: 'where it is saved: a new or empty directory, or an older survey, which is replaced',
  },
  from: { value: 'DIR', help: 'take a copy of /etc/pve in DIR, or a saved survey; no node is connected to' },
  ...nodeFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: '-o DIR [PATTERN]',
  about: [
    'Reads what the nodes and their clusters are, one connection and one command a node, and saves it as a directory: the files of /etc/pve as they are, all else in survey.json. "plan" and "ls" take it with --from DIR, without SSH.',
    'Nothing is written on a node. Private keys are left there; values of secret options leave it as salted hashes only.',
  ],
  examples: [
    ['pvefleet survey -o survey/ -i inventory.yml', 'Save what is now:'],
    ['pvefleet plan documents/web.json --from survey/', 'Plan against it, without SSH:'],
    ['pvefleet survey -o survey/ --from backup/etc/pve', 'Make one of a backup, secrets left out:'],
    ['pvefleet survey -o survey/ --show-commands pve1', 'See the script that a node is sent:'],
  ],
};

type SurveyContext = CliContext<typeof flags>;

export async function run(context: SurveyContext): Promise<number> {
  const [{ printDiagnostics }, { saveSurvey }] = await Promise.all([
    import('./print-diagnostics.ts'),
    import('../snapshot/saved-survey.ts'),
  ]);
  const { stdout, stderr } = context;
  const asked = whatIsAsked(context);
  const found = asked.ok ? await read(context, asked.value.pattern) : asked;
  const saved = asked.ok && found.ok ? await saveSurvey(found.value, asked.value.directory) : found;
  if (!asked.ok || !found.ok || !saved.ok) {
    const errors = [asked, found, saved].flatMap((result) => (result.ok ? [] : result.diagnostics));
    printDiagnostics([...new Set(errors)], stderr);
    return exitCodeFor(errors);
  }
  const { clusters, unreachable } = found.value;
  printDiagnostics([...found.warnings, ...unreachable], stderr);
  const names = clusters.map(({ cluster }) => cluster);
  if (context.flags.json)
    stdout.write(`${JSON.stringify({ directory: asked.value.directory, clusters: names, unreachable })}\n`);
  else
    stdout.write(
      `Saved in ${asked.value.directory}: ${names.length === 0 ? 'no cluster' : names.join(', ')}\n`,
    );
  return exitCodeFor(unreachable);
}

async function read(context: SurveyContext, pattern: string | undefined): Promise<Result<Survey>> {
  const { from } = context.flags;
  if (from === undefined) return (await import('./read-survey.ts')).surveyFleet(context, pattern);
  return (await import('../snapshot/read-offline.ts')).readOffline(from);
}

function whatIsAsked({
  flags: { output, from },
  positionals,
}: SurveyContext): Result<{ readonly directory: string; readonly pattern?: string }> {
  const [pattern, ...others] = positionals;
  if (output !== undefined && others.length === 0 && (from === undefined || pattern === undefined))
    return ok({ directory: output, ...(pattern !== undefined && { pattern }) });
  const problem =
    output === undefined
      ? 'it is not said where; -o DIR is wanted'
      : others.length > 0
        ? `"${others.join(' ')}" is too much; one pattern is wanted`
        : `what --from ${from ?? ''} names is taken whole; no pattern is wanted`;
  return fail({
    code: 'cli/arguments',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot save a survey: ${problem}`,
    hint: 'Write: pvefleet survey -o DIR [PATTERN], as in: pvefleet survey -o survey/ all',
  });
}

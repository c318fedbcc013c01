import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Place } from '../find/find.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { CliContext, Help, Output } from './command.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';
import { nodeFlags } from './flags.ts';

export const flags = {
  from: {
    value: 'DIR',
    help: 'look in a saved survey or a copy of /etc/pve in DIR; no node is connected to',
  },
  ...nodeFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: 'TEXT',
  about: [
    'Looks for a text everywhere in the fleet: a VMID, a name, a tag, a MAC or IP address, a volume, words of a description, and says where it stands. Upper and lower case are the same, a MAC or IPv6 address is found in any spelling, a number or an address only as a whole.',
    'Values of secrets are not looked at: they never leave the nodes. Exits with 2 when nothing is found.',
  ],
  examples: [
    ['pvefleet find 105 -i inventory.yml', 'A VMID, and whatever mentions it:'],
    ['pvefleet find bc-24-11-0a-0b-0c', 'Whose card it is:'],
    ['pvefleet find local-lvm:vm-105-disk-0 --from survey/', 'A volume, in a saved survey:'],
    ['pvefleet find "payroll" --json', 'Words, for a program:'],
  ],
};

type FindContext = CliContext<typeof flags>;

export async function run(context: FindContext): Promise<number> {
  const { printDiagnostics } = await import('./print-diagnostics.ts');
  const { stdout, stderr } = context;
  const text = whatIsAsked(context);
  const survey = text.ok ? await readSurvey(context) : text;
  if (!text.ok || !survey.ok) {
    const diagnostics = survey.ok ? [] : survey.diagnostics;
    printDiagnostics(diagnostics, stderr);
    return exitCodeFor(diagnostics);
  }
  const { find } = await import('../find/find.ts');
  const places = find(survey.value, text.value);
  stdout.write(
    context.flags.json ? `${JSON.stringify(places, null, 2)}\n` : await placesText(places, stdout),
  );
  printDiagnostics([...survey.warnings, ...survey.value.unreachable], stderr);
  const trouble = exitCodeFor(survey.value.unreachable);
  if (trouble !== exitCode.done) return trouble;
  return places.length > 0 ? exitCode.done : exitCode.pending;
}

async function readSurvey(context: FindContext): Promise<Result<Survey>> {
  const { from } = context.flags;
  if (from === undefined) return (await import('./read-survey.ts')).surveyFleet(context);
  return (await import('../snapshot/read-offline.ts')).readOffline(from);
}

/** A table, the line last, cut to a terminal's width; nothing when nothing was found. */
async function placesText(places: readonly Place[], { isTTY, columns: width }: Output): Promise<string> {
  if (places.length === 0) return '';
  const [{ columns }, { fitColumns }, { printable }] = await Promise.all([
    import('../text/columns.ts'),
    import('../text/fit-columns.ts'),
    import('../report/printable.ts'),
  ]);
  const rows = places.map(({ cluster, node, kind, name, option, file, line, text }) =>
    [cluster, node, kind, name, option, file === null ? null : `${file}:${line}`, text].map((cell) =>
      cell === null || cell === '' ? '-' : printable(cell).replaceAll(/[\n\t]/gu, ' '),
    ),
  );
  const all = [['CLUSTER', 'NODE', 'KIND', 'NAME', 'OPTION', 'PLACE', 'TEXT'], ...rows];
  return `${columns(isTTY ? fitColumns(all, width) : all).join('\n')}\n`;
}

function whatIsAsked({ positionals }: FindContext): Result<string> {
  const [text, ...others] = positionals;
  if (text !== undefined && text.trim() !== '' && others.length === 0) return ok(text.trim());
  return fail({
    code: 'cli/arguments',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot find: ${others.length > 0 ? 'there is more than one text' : 'it is not said what'}; one text is wanted`,
    hint: 'Write: pvefleet find TEXT, words of several in quotes',
  });
}

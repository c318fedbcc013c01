import { dirname } from 'node:path';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { diagnosticsOf, fail, ok } from '../diagnostic.ts';
import type { Playbook } from '../playbook/playbook.ts';
import type { CliContext, Help } from './command.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';
import { taskFlags } from './flags.ts';
import type { FleetRun } from './run-on-fleet.ts';

export const flags = {
  tags: {
    short: 't',
    value: 'TAGS',
    repeatable: true,
    help: 'only tasks with one of these tags, joined by ","',
  },
  'skip-tags': { value: 'TAGS', repeatable: true, help: 'no tasks with one of these tags' },
  'start-at-task': { value: 'NAME', help: 'leave out the tasks before the one of this name' },
  step: { help: 'ask before each task' },
  'force-handlers': { help: 'a host that fails still runs the handlers that it has notified' },
  'list-hosts': { help: 'list the hosts of each play, and run nothing' },
  'list-tasks': { help: 'list the tasks that would be run, and run nothing' },
  'list-tags': { help: 'list the tags, and run nothing' },
  'syntax-check': { help: 'read the playbook and all that it includes, and run nothing' },
  ...taskFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: 'PLAYBOOK',
  about: [
    'Runs a playbook: its plays and tasks one after the other, each task on all its hosts at once. A task of a resource (vm, container) is compared with what is there, and only what differs is changed; the changes are shown with the exact commands.',
    'A host that fails is out of the rest, the others go on. Ctrl-C begins nothing more and waits for the commands that run; a second one leaves them to their nodes. With --json each event is one JSON object on a line of its own.',
  ],
  examples: [
    ['pvefleet run playbooks/site.yml -i inventory.yml --check', 'What would change:'],
    ['pvefleet run playbooks/site.yml -i inventory.yml -l pve1:pve2', 'On some hosts only:'],
    ['pvefleet run playbooks/site.yml --tags web -e count=3', 'A part of it, with a variable:'],
    ['pvefleet run - <site.yml', 'From another program:'],
    ['pvefleet run playbooks/site.yml --junit run.xml --html run.html', 'In CI:'],
  ],
};

type RunContext = CliContext<typeof flags>;

/** Whatever is wrong with the playbook, the flags and the inventory is told before anything is connected to. */
export async function run(outer: RunContext): Promise<number> {
  const { printDiagnostics } = await import('./print-diagnostics.ts');
  const context = { ...outer, askHidden: askingOnce((question) => outer.askHidden(question)) };
  const input = await readInput(context);
  const listing = input.ok ? await listingOf(context, input.value) : input;
  if (listing.ok && listing.value !== undefined) {
    context.stdout.write(listing.value);
    return exitCode.done;
  }
  const ran =
    input.ok && listing.ok
      ? await (await import('./run-on-fleet.ts')).runOnFleet(context, input.value)
      : fail(...diagnosticsOf(listing));
  if (ran.ok) return ran.value;
  printDiagnostics(ran.diagnostics, context.stderr);
  return exitCodeFor(ran.diagnostics);
}

/** What is asked for in place of a run. Only hosts need an inventory. */
async function listingOf(context: RunContext, input: FleetRun): Promise<Result<string | undefined>> {
  const { 'syntax-check': checks, ...wanted } = context.flags;
  const { playbook, tags } = input;
  if (checks) return ok(`playbook: ${playbook.file}\n`);
  if (!wanted['list-hosts'] && !wanted['list-tasks'] && !wanted['list-tags']) return ok(undefined);
  const hosts = wanted['list-hosts'] ? await hostsOfPlays(context, input) : ok(undefined);
  if (!hosts.ok) return hosts;
  const { listPlaybook, listedHosts, listedTags, listedTasks } = await import('../playbook/list-playbook.ts');
  return ok(
    listPlaybook(playbook, [
      ...(hosts.value === undefined ? [] : [listedHosts(hosts.value)]),
      ...(wanted['list-tasks'] ? [listedTasks(tags)] : []),
      ...(wanted['list-tags'] ? [listedTags(tags)] : []),
    ]),
  );
}

async function hostsOfPlays(context: RunContext, { playbook, directory, extraVars }: FleetRun) {
  const [{ openInventory }, { fleetOfPlays }] = await Promise.all([
    import('./open-inventory.ts'),
    import('./fleet-of-plays.ts'),
  ]);
  const opened = await openInventory({ ...context, playbookDirectory: directory });
  if (!opened.ok) return opened;
  const ofPlays = fleetOfPlays(opened.value, playbook, context.flags.limit, extraVars);
  return ofPlays.ok ? ok(ofPlays.value.hosts) : ofPlays;
}

async function readInput(context: RunContext): Promise<Result<FleetRun>> {
  const { flags: given, positionals } = context;
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) {
    return fail(
      invalid(
        'cli/arguments',
        `Cannot run a playbook: ${file === undefined ? 'none is named' : 'more than one is named'}; one file is wanted`,
        'Write: pvefleet run PLAYBOOK, as in: pvefleet run playbooks/site.yml',
      ),
    );
  }
  const [
    { checkReports },
    { openingVault, readPlaybook },
    { vaultSources },
    { loadExtraVars },
    { checkTags },
    { checkStart },
  ] = await Promise.all([
    import('./write-report.ts'),
    import('./read-playbook.ts'),
    import('./open-inventory.ts'),
    import('../playbook/extra-vars.ts'),
    import('../playbook/tags.ts'),
    import('../playbook/list-playbook.ts'),
  ]);
  const reports = await checkReports(given);
  const openVault = openingVault(vaultSources(context), context);
  const extraVars = await loadExtraVars(given['extra-vars'], openVault);
  const playbook = await readPlaybook(file, openVault, extraVars.ok ? extraVars.value : {}, context);
  const tags = { only: splitTags(given.tags), skip: splitTags(given['skip-tags']) };
  const unknown = playbook.ok
    ? [...checkTags(playbook.value, tags), ...checkStart(playbook.value, given['start-at-task'])]
    : [];
  if (reports.ok && playbook.ok && extraVars.ok && unknown.length === 0)
    return ok({
      playbook: given['force-handlers'] ? withForcedHandlers(playbook.value) : playbook.value,
      directory: dirname(file),
      extraVars: extraVars.value,
      tags,
      openVault,
      ...(given['start-at-task'] !== undefined && { startAtTask: given['start-at-task'] }),
      ...(given.step && { asksSteps: true }),
    });
  return fail(...diagnosticsOf(reports), ...diagnosticsOf(playbook), ...diagnosticsOf(extraVars), ...unknown);
}

/** As if each play said `force_handlers: true`. */
const withForcedHandlers = (playbook: Playbook): Playbook => ({
  ...playbook,
  plays: playbook.plays.map((play) => ({ ...play, forceHandlers: true })),
});

/** A vault's password is asked for once: playbook and inventory may need the same one. */
function askingOnce(ask: RunContext['askHidden']): RunContext['askHidden'] {
  const answers = new Map<string, Promise<string | undefined>>();
  return (question) => {
    if (!question.startsWith('Vault password')) return ask(question);
    const answer = answers.get(question) ?? ask(question);
    answers.set(question, answer);
    return answer;
  };
}

const splitTags = (given: readonly string[]): readonly string[] =>
  given
    .flatMap((tags) => tags.split(','))
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');

function invalid(code: string, message: string, hint: string): Diagnostic {
  return { code, severity: 'error', trouble: 'invalid', message, hint };
}

import { dirname, resolve } from 'node:path';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { diagnosticsOf, fail, ok } from '../diagnostic.ts';
import type { Variables as InventoryVariables } from '../inventory/draft.ts';
import type { Playbook } from '../playbook/playbook.ts';
import type { TagChoice } from '../playbook/tags.ts';
import type { Variables } from '../template/render.ts';
import type { CliContext, Help } from './command.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';
import type { Flags } from './flags.ts';
import { ceilingFlags, checkpointFlags, lockFlags, nodeFlags, reportFlags } from './flags.ts';

export const flags = {
  check: { short: 'C', help: 'show what would change, and change nothing' },
  diff: { short: 'D', help: 'also show how files differ' },
  tags: {
    short: 't',
    value: 'TAGS',
    repeatable: true,
    help: 'only tasks with one of these tags, joined by ","',
  },
  'skip-tags': { value: 'TAGS', repeatable: true, help: 'no tasks with one of these tags' },
  'extra-vars': {
    short: 'e',
    value: 'VARS',
    repeatable: true,
    help: 'variables that win over all others: key=value, @FILE, or a mapping',
  },
  'start-at-task': { value: 'NAME', help: 'leave out the tasks before the one of this name' },
  step: { help: 'ask before each task' },
  'list-tasks': { help: 'list the tasks that would be run, and run nothing' },
  'list-tags': { help: 'list the tags, and run nothing' },
  'syntax-check': { help: 'read the playbook and all that it includes, and run nothing' },
  'allow-destroy': { help: 'remove what a task says is absent' },
  'rotate-secrets': { help: 'set secrets again that are set and can not be compared' },
  ...reportFlags,
  ...ceilingFlags,
  ...checkpointFlags,
  ...lockFlags,
  ...nodeFlags,
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
export async function run(context: RunContext): Promise<number> {
  const { printDiagnostics } = await import('./print-diagnostics.ts');
  const input = await readInput(context);
  const listing = input.ok ? await listingOf(context, input.value) : undefined;
  if (listing !== undefined) {
    context.stdout.write(listing);
    return exitCode.done;
  }
  const ran = input.ok ? await runOnFleet(context, input.value) : input;
  if (ran.ok) return ran.value;
  printDiagnostics(ran.diagnostics, context.stderr);
  return exitCodeFor(ran.diagnostics);
}

/** What is asked for in place of a run. */
async function listingOf(
  { flags: given }: RunContext,
  { playbook, tags }: Input,
): Promise<string | undefined> {
  if (given['syntax-check']) return `playbook: ${playbook.file}\n`;
  if (!given['list-tasks'] && !given['list-tags']) return undefined;
  const { listTags, listTasks } = await import('../playbook/list-playbook.ts');
  return given['list-tasks'] ? listTasks(playbook, tags) : listTags(playbook, tags);
}

interface Input {
  readonly playbook: Playbook;
  readonly extraVars: Variables;
  readonly tags: TagChoice;
}

async function readInput(context: RunContext): Promise<Result<Input>> {
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
  const [{ checkReports }, { readPlaybook }, { loadExtraVars }, { checkTags }, { checkStart }] =
    await Promise.all([
      import('./write-report.ts'),
      import('./read-playbook.ts'),
      import('../playbook/extra-vars.ts'),
      import('../playbook/tags.ts'),
      import('../playbook/list-playbook.ts'),
    ]);
  const reports = await checkReports(given);
  const playbook = await readPlaybook(file, context);
  const extraVars = await loadExtraVars(given['extra-vars']);
  const tags = { only: splitTags(given.tags), skip: splitTags(given['skip-tags']) };
  const unknown = playbook.ok
    ? [...checkTags(playbook.value, tags), ...checkStart(playbook.value, given['start-at-task'])]
    : [];
  if (reports.ok && playbook.ok && extraVars.ok && unknown.length === 0)
    return ok({ playbook: playbook.value, extraVars: extraVars.value, tags });
  return fail(...diagnosticsOf(reports), ...diagnosticsOf(playbook), ...diagnosticsOf(extraVars), ...unknown);
}

async function runOnFleet(
  context: RunContext,
  { playbook, extraVars, tags }: Input,
): Promise<Result<number>> {
  const [
    { openFleet },
    { execByHost },
    { execAs, nameAs },
    { execAlong },
    { askPrompts },
    { askingSteps },
    { firstSurvey, surveyNodes },
    { playHosts },
    { firstReads },
    { runPlaybook },
    { readCeilings },
    { readCheckpoint },
    { givingBack },
    { locksOfRun },
    record,
    { runReport, stdoutTeller },
    { printDiagnostics },
    { knownSecretsOf },
  ] = await Promise.all([
    import('./connect.ts'),
    import('./exec-by-host.ts'),
    import('./exec-as.ts'),
    import('../apply/exec-along.ts'),
    import('./ask-prompts.ts'),
    import('./ask-steps.ts'),
    import('./survey-nodes.ts'),
    import('../playbook/play-hosts.ts'),
    import('../playbook/first-reads.ts'),
    import('../playbook/run.ts'),
    import('./brakes.ts'),
    import('./checkpoint.ts'),
    import('../apply/cluster-locks.ts'),
    import('./run-locks.ts'),
    import('./run-record.ts'),
    import('./run-report.ts'),
    import('./print-diagnostics.ts'),
    import('./known-secrets.ts'),
  ]);
  const checkpoint = readCheckpoint(context.flags, 'run');
  if (!checkpoint.ok) return checkpoint;
  const { checkpointDays, checkpointStorage } = checkpoint.value;
  const fleet = await openFleet({
    ...context,
    playbookDirectory: dirname(context.positionals[0] ?? ''),
    extra: connectionVariables(extraVars),
  });
  if (!fleet.ok) return fleet;
  const { inventory, nodes, pool } = fleet.value;
  const hosts = playHosts(playbook, inventory, nodes);
  if (!hosts.ok) return hosts;
  const prompted = await askPrompts(playbook, extraVars, context);
  if (!prompted.ok) return prompted;
  const journal = await record.openRunJournal(context);
  if (!journal.ok) return journal;
  const exec = execByHost(fleet.value);
  const asOther = execAs(fleet.value);
  const startAtTask = context.flags['start-at-task'];
  const { run: id, signal } = journal.value;
  const locks = locksOfRun(id, exec, { ...context, signal });
  const report = runReport(context, stdoutTeller(context));
  const knownSecrets = await knownSecretsOf(context);
  const options = {
    inventory,
    hosts: hosts.value,
    nameAs: nameAs(fleet.value),
    check: context.flags.check,
    diff: context.flags.diff,
    tags,
    ...(startAtTask !== undefined && { startAtTask }),
    ...(context.flags.step && { mayRun: askingSteps(context) }),
    extraVars,
    prompted: prompted.value,
    directory: dirname(resolve(playbook.file)),
  };
  const started = performance.now();
  const reads = firstReads(playbook, options);
  const along = execAlong(exec, reads.scriptFor);
  const found = await firstSurvey(fleet.value, context.stderr, along.exec);
  const running = givingBack(locks, () =>
    runPlaybook(playbook, {
      ...record.recordOfCaller(),
      run: id,
      locks,
      ...options,
      survey: found,
      known: reads.known(along.said),
      surveySeconds: (performance.now() - started) / 1000,
      resurvey: () => surveyNodes(fleet.value, context.stderr),
      exec: journal.value.through(exec),
      execAs: (who) => journal.value.through(asOther(who)),
      asking: { exec, execAs: asOther },
      record: journal.value.record,
      recordOf: journal.value.recordOf,
      note: journal.value.note,
      report: (event) => report.tell(event),
      readOnly: context.flags['read-only'],
      allowDestroy: context.flags['allow-destroy'],
      rotateSecrets: context.flags['rotate-secrets'],
      knownSecrets,
      ceilings: readCeilings(context.flags),
      ...(checkpointDays !== undefined && { checkpointsSince: Date.now() - checkpointDays * 86_400_000 }),
      ...(checkpointStorage !== undefined && { checkpointStorage }),
      signal: AbortSignal.any([signal, locks.signal]),
      ...(context.leave !== undefined && { leave: context.leave }),
      recordTrouble: journal.value.trouble,
    }),
  ).then(async (exit) => {
    // Who leaves does not wait for nodes.
    await journal.value.end(exit, context.leave?.aborted === true ? undefined : exec);
    return exit;
  });
  // A second Ctrl-C leaves when the journal has its end.
  context.hold?.(running);
  const exit = await running;
  if (journal.value.isUnsettled()) {
    const { resumeCommand } = await import('./resume-command.ts');
    context.stderr.write(`To find out how it ended: ${await resumeCommand(journal.value.run)}\n`);
  }
  await pool.close();
  const written = await report.write();
  printDiagnostics(diagnosticsOf(written), context.stderr);
  return ok(exit === exitCode.done && !written.ok ? exitCode.invalid : exit);
}

/** Those of -e that say how hosts are connected to: they count before any task is there. */
function connectionVariables(extraVars: Variables): InventoryVariables {
  const at = { file: '--extra-vars', line: 1, column: 1 };
  return new Map(
    Object.entries(extraVars).flatMap(([name, value]) =>
      /^(?:ansible|pvefleet)_/u.test(name) ? [[name, { value, at }] as const] : [],
    ),
  );
}

const splitTags = (given: readonly string[]): readonly string[] =>
  given
    .flatMap((tags) => tags.split(','))
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');

function invalid(code: string, message: string, hint: string): Diagnostic {
  return { code, severity: 'error', trouble: 'invalid', message, hint };
}

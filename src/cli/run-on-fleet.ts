import { dirname, resolve } from 'node:path';
import type { Result } from '../diagnostic.ts';
import { diagnosticsOf, fail, ok } from '../diagnostic.ts';
import type { Variables as InventoryVariables } from '../inventory/draft.ts';
import type { Vault } from '../inventory/vault.ts';
import type { Playbook } from '../playbook/playbook.ts';
import type { TagChoice } from '../playbook/tags.ts';
import type { Variables } from '../template/render.ts';
import type { CliContext } from './command.ts';
import { exitCode } from './exit-code.ts';
import type { taskFlags } from './flags.ts';

/** A playbook, and how it is run. */
export interface FleetRun {
  readonly playbook: Playbook;
  /** Whose group_vars/ and host_vars/ count too. */
  readonly directory: string;
  readonly extraVars: Variables;
  readonly tags: TagChoice;
  readonly startAtTask?: string;
  /** Opens what is encrypted in it. */
  readonly openVault?: Vault['open'];
  /** Ask before each task. */
  readonly asksSteps?: true;
}

/** Runs a playbook on the fleet; gives the exit code. Whatever is wrong with it or the inventory is told before anything is connected to. */
export async function runOnFleet(
  context: CliContext<typeof taskFlags>,
  { playbook, directory, extraVars, tags, startAtTask, asksSteps, openVault }: FleetRun,
): Promise<Result<number>> {
  const [
    { openFleet },
    { execByHost },
    { execAs, nameAs },
    { execAlong },
    { askPrompts },
    { askingSteps },
    { firstSurvey, surveyAgain },
    { fleetOfPlays },
    { hostsAsked },
    { checkDefined },
    { checkFixed },
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
    import('./fleet-of-plays.ts'),
    import('../playbook/hosts-asked.ts'),
    import('../playbook/check-defined.ts'),
    import('../playbook/check-fixed.ts'),
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
  const opened = await openFleet({
    ...context,
    playbookDirectory: directory,
    extra: connectionVariables(extraVars),
  });
  if (!opened.ok) return opened;
  const { limit } = context.flags;
  const limited = limit === undefined ? {} : { limit };
  const ofPlays = fleetOfPlays(opened.value, playbook, limit, extraVars);
  if (!ofPlays.ok) return ofPlays;
  const { fleet, hosts } = ofPlays.value;
  const { inventory, nodes, pool } = fleet;
  const missing = [
    ...checkFixed(playbook, { inventory, hosts, tags }),
    ...checkDefined(playbook, { inventory, hosts, extraVars, tags, ...limited }),
  ];
  if (missing.length > 0) return fail(...missing);
  const prompted = await askPrompts(playbook, extraVars, context);
  if (!prompted.ok) return prompted;
  const journal = await record.openRunJournal(context);
  if (!journal.ok) return journal;
  const exec = execByHost(fleet);
  const asOther = execAs(fleet);
  const { run: id, signal } = journal.value;
  const locks = locksOfRun(id, exec, { ...context, signal });
  const report = runReport(context, stdoutTeller(context));
  const knownSecrets = await knownSecretsOf(context);
  const options = {
    inventory,
    hosts,
    nameAs: nameAs(fleet),
    check: context.flags.check,
    diff: context.flags.diff,
    tags,
    ...limited,
    ...(startAtTask !== undefined && { startAtTask }),
    ...(asksSteps === true && { mayRun: askingSteps(context) }),
    extraVars,
    prompted: prompted.value,
    directory: dirname(resolve(playbook.file)),
  };
  const started = performance.now();
  const reads = firstReads(playbook, options);
  const along = execAlong(exec, reads.scriptFor);
  const asked = hostsAsked(playbook, nodes, { inventory, hosts, extraVars, tags, ...limited });
  const found = await firstSurvey(fleet, context.stderr, along.exec, asked);
  const running = givingBack(locks, () =>
    runPlaybook(playbook, {
      ...record.recordOfCaller(),
      run: id,
      locks,
      ...options,
      survey: found,
      known: reads.known(along.said),
      surveySeconds: (performance.now() - started) / 1000,
      resurvey: () => surveyAgain(fleet, exec, asked),
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
      ...(openVault !== undefined && { openVault }),
      signal: AbortSignal.any([signal, locks.signal]),
      ...(context.leave !== undefined && { leave: context.leave }),
      recordTrouble: journal.value.trouble,
    }),
  ).then(async (exit) => {
    // Who leaves does not wait for nodes.
    await journal.value.end(exit, context.leave?.aborted === true ? undefined : exec);
    if (journal.value.isUnsettled()) {
      const { resumeCommand } = await import('./resume-command.ts');
      context.stderr.write(`To find out how it ended: ${await resumeCommand(journal.value.run)}\n`);
    }
    const written = await report.write();
    printDiagnostics(diagnosticsOf(written), context.stderr);
    return exit === exitCode.done && !written.ok ? exitCode.invalid : exit;
  });
  // A second Ctrl-C leaves when the journal has its end, and all is told.
  context.hold?.(running);
  const exit = await running;
  await pool.close();
  return ok(exit);
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

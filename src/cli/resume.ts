import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { CliContext, Help } from './command.ts';
import type { Flags } from './flags.ts';
import { lockFlags, nodeFlags, reportFlags } from './flags.ts';
import type { ResumedRun } from './resumed-run.ts';

export const flags = {
  last: { help: 'the last run that is unfinished' },
  yes: { short: 'y', help: 'go on without asking' },
  gone: { help: 'the process that began it, on another machine, is gone for sure' },
  ...reportFlags,
  ...lockFlags,
  ...nodeFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: 'RUN|--last',
  about: [
    'Goes on with a run that was interrupted, killed or halted. RUN is its id, the beginning of it, or that of a run that resumed it: "pvefleet history".',
    "First it is found out how each step ended that was under way: it is found on its node by the run's id, and waited for while it runs. Nothing is begun twice. Then it shows what is left of the plan, asks, and does that, with the brakes that the run had. What somebody else has changed since is named, and left alone (exit 5).",
    'Of a playbook and of a self-test only the steps that were under way are settled, as their tasks are planned one after the other; then the command is shown that runs it again.',
    'A run whose process is still there is refused (exit 5), and so is one whose journal is not as it was written (exit 6). When nothing is left, that is said (exit 0).',
  ],
  examples: [
    ['pvefleet resume --last', 'Go on with the last one that is unfinished:'],
    ['pvefleet resume 20260131t120000123-ab12 --yes', 'For scripts:'],
  ],
};

type ResumeContext = CliContext<typeof flags>;

export async function run(context: ResumeContext): Promise<number> {
  const [{ printDiagnostics }, { exitCodeFor }] = await Promise.all([
    import('./print-diagnostics.ts'),
    import('./exit-code.ts'),
  ]);
  const resumed = await prepare(context);
  const exit = resumed.ok ? await goOn(resumed.value, context) : resumed;
  if (exit.ok) return exit.value;
  printDiagnostics(exit.diagnostics, context.stderr);
  return exitCodeFor(exit.diagnostics);
}

/** What can be wrong before anything is connected to. */
async function prepare(context: ResumeContext): Promise<Result<ResumedRun>> {
  const [
    { usageError },
    { stateDirectory },
    { findResumed, heldBy, notBegun },
    { stateOf },
    { checkReports },
  ] = await Promise.all([
    import('./parse-flags.ts'),
    import('../journal/state-directory.ts'),
    import('./resumed-run.ts'),
    import('../journal/run-state.ts'),
    import('./write-report.ts'),
  ]);
  const { flags: given, positionals, env } = context;
  const [name, ...others] = positionals;
  if ((name === undefined) !== given.last || others.length > 0)
    return fail(
      usageError(
        'cli/arguments',
        `Cannot run resume: ${problemOf(positionals)}; one run is wanted, or --last`,
        'resume',
      ),
    );
  if (given['read-only']) return fail(readOnly);
  const reports = await checkReports(given);
  if (!reports.ok) return reports;
  const resumed = await findResumed(stateDirectory(given.state, env), name);
  if (!resumed.ok) return resumed;
  const { chain, entries, plansAsItGoes } = resumed.value;
  const held = await heldBy(chain.first, chain.runs, given.gone);
  if (held.length > 0) return fail(...held);
  const problem = plansAsItGoes ? undefined : notBegun(chain, stateOf(entries));
  return problem === undefined ? resumed : fail(problem);
}

function problemOf([name, ...others]: readonly string[]): string {
  if (name === undefined) return 'no run is named';
  return others.length > 0 ? `"${others.join(' ')}" is too much` : `${name} is named, and --last`;
}

async function goOn(resumed: ResumedRun, context: ResumeContext): Promise<Result<number>> {
  const [{ openFleet }, { stateDirectory }] = await Promise.all([
    import('./connect.ts'),
    import('../journal/state-directory.ts'),
  ]);
  const fleet = await openFleet(context);
  if (!fleet.ok) return fleet;
  try {
    if (resumed.plansAsItGoes) {
      const { settlePlaybook } = await import('./settle-playbook.ts');
      return ok(await settlePlaybook(resumed, fleet.value, context));
    }
    const [{ applyDocument }, { resumeInput }, { brakesOf }] = await Promise.all([
      import('./apply-document.ts'),
      import('./resume-input.ts'),
      import('./resumed-run.ts'),
    ]);
    const input = resumeInput(resumed.chain, {
      directory: stateDirectory(context.flags.state, context.env),
      isGone: context.flags.gone,
      say: (text) => (context.flags.json ? context.stderr : context.stdout).write(text),
    });
    const working = applyDocument(input, brakesOf(resumed), fleet.value, context);
    context.hold?.(working);
    return ok(await working);
  } finally {
    await fleet.value.pool.close();
  }
}

const readOnly: Diagnostic = {
  code: 'cli/read-only',
  severity: 'error',
  trouble: 'refused',
  message:
    'Cannot run resume: the mode is read-only, and what is left of a run changes nodes; no --read-only is wanted',
  hint: 'What it did: pvefleet show RUN. Where the mode was set: pvefleet config',
};

import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Brakes } from '../plan/brakes.ts';
import type { ApplyInput } from './apply-input.ts';
import type { CliContext } from './command.ts';
import type { Fleet } from './connect.ts';
import { exitCodeFor } from './exit-code.ts';
import type { Flags, FlagValues } from './flags.ts';
import {
  brakeFlags,
  checkpointFlags,
  consentFlags,
  lockFlags,
  nodeFlags,
  planFlags,
  reportFlags,
} from './flags.ts';

/** For the commands that plan, show, ask and apply: "apply", "rollback", "start". */
export const carryOutFlags = {
  ...consentFlags,
  ...reportFlags,
  ...brakeFlags,
  ...lockFlags,
  ...nodeFlags,
} as const satisfies Flags;

/** For those of them that take a part of a document. */
export const applyFlags = {
  ...consentFlags,
  ...reportFlags,
  ...brakeFlags,
  ...lockFlags,
  ...checkpointFlags,
  ...planFlags,
} as const satisfies Flags;

export interface ApplyContext extends Omit<CliContext, 'flags'> {
  /** Commands that do one thing to guests have no checkpoints. */
  readonly flags: FlagValues<typeof carryOutFlags> & Partial<FlagValues<typeof checkpointFlags>>;
}

/** Applies what a command is given; `readInput` reads it, before anything is connected to. Gives the exit code. */
export async function applyCommand(
  context: ApplyContext,
  command: string,
  readInput: () => Promise<Result<ApplyInput>>,
): Promise<number> {
  const [{ printDiagnostics }, { applyDocument }] = await Promise.all([
    import('./print-diagnostics.ts'),
    import('./apply-document.ts'),
  ]);
  const prepared = await prepare(context, command, readInput);
  if (!prepared.ok) {
    printDiagnostics(prepared.diagnostics, context.stderr);
    return exitCodeFor(prepared.diagnostics);
  }
  printDiagnostics(prepared.warnings, context.stderr);
  const { input, brakes, fleet } = prepared.value;
  try {
    const working = applyDocument(input, brakes, fleet, context);
    // A second Ctrl-C leaves when the journal has its end.
    context.hold?.(working);
    return await working;
  } finally {
    await fleet.pool.close();
  }
}

interface Prepared {
  readonly input: ApplyInput;
  readonly brakes: Brakes;
  readonly fleet: Fleet;
}

/** What can be wrong before anything is connected to. */
async function prepare(
  context: ApplyContext,
  command: string,
  readInput: () => Promise<Result<ApplyInput>>,
): Promise<Result<Prepared>> {
  const [{ readBrakes }, { readCheckpoint }, { openFleet }, { checkReports }] = await Promise.all([
    import('./brakes.ts'),
    import('./checkpoint.ts'),
    import('./connect.ts'),
    import('./write-report.ts'),
  ]);
  const { flags: given } = context;
  if (given['read-only']) return fail(readOnly(command));
  const brakes = readBrakes(given, command);
  if (!brakes.ok) return brakes;
  const reports = await checkReports(given);
  if (!reports.ok) return reports;
  const input = await readInput();
  if (!input.ok) return input;
  const fleet = await openFleet(context);
  if (!fleet.ok) return fleet;
  const checkpoint = readCheckpoint(given, command);
  if (!checkpoint.ok) return checkpoint;
  const wanted = { ...input.value, ...checkpoint.value };
  return ok({ input: wanted, brakes: brakes.value, fleet: fleet.value }, [
    ...input.warnings,
    ...fleet.warnings,
  ]);
}

function readOnly(command: string): Diagnostic {
  return {
    code: 'cli/read-only',
    severity: 'error',
    trouble: 'refused',
    message: `Cannot run ${command}: the mode is read-only, and applying changes nodes; no --read-only is wanted`,
    hint: 'To see what would change: pvefleet plan DOCUMENT. Where it was set: pvefleet config',
  };
}

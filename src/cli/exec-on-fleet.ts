import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import { batchSizes } from '../fanout/batches.ts';
import type { SharedInput } from '../fanout/share-input.ts';
import { shareInput } from '../fanout/share-input.ts';
import type { Stop } from '../fanout/stop.ts';
import { createStop } from '../fanout/stop.ts';
import { foldNodeSet } from '../inventory/node-set.ts';
import { painter } from '../report/paint.ts';
import { errorsOf, exitCodeOf, failureTable } from './answers.ts';
import type { Fleet } from './connect.ts';
import { openFleet } from './connect.ts';
import type { ExecContext } from './exec.ts';
import type { Answer, Order } from './exec-everywhere.ts';
import { execEverywhere } from './exec-everywhere.ts';
import { execOutput, nobodyReads } from './exec-output.ts';
import type { ExecRequest } from './exec-request.ts';
import { exitCodeFor } from './exit-code.ts';
import { printDiagnostics } from './print-diagnostics.ts';
import type { RunJournal } from './run-record.ts';
import { openRunJournal } from './run-record.ts';

/** Runs what was asked for, prints the answers, and gives the exit code. */
export async function execOnFleet(context: ExecContext, request: ExecRequest): Promise<number> {
  const stop = createStop(context.signal, context.flags['run-timeout']);
  try {
    const fleet = await openFleet(context, request.pattern, stop.signal);
    if (!fleet.ok) {
      printDiagnostics(fleet.diagnostics, context.stderr);
      return exitCodeFor(fleet.diagnostics);
    }
    const code = await execOnOpenFleet(context, request, fleet.value, stop);
    await fleet.value.pool.close();
    return code;
  } finally {
    stop.done();
  }
}

async function execOnOpenFleet(
  context: ExecContext,
  request: ExecRequest,
  fleet: Fleet,
  stop: Stop,
): Promise<number> {
  const { flags, stderr } = context;
  const source = flags['no-stdin'] ? undefined : context.input?.();
  const found = await ordersFor(context, request, fleet, source !== undefined);
  if (!found.ok) {
    printDiagnostics(found.diagnostics, stderr);
    source?.close();
    return exitCodeFor(found.diagnostics);
  }
  const opened = await openRunJournal(context);
  if (!opened.ok) {
    printDiagnostics(opened.diagnostics, stderr);
    source?.close();
    return exitCodeFor(opened.diagnostics);
  }
  const journal = opened.value;
  const { orders, told } = found.value;
  const input = source === undefined ? undefined : shareInput(source.chunks);
  const given = await runOrders(context, request, { orders, told, pool: fleet.pool, journal, stop, input });
  source?.close();
  await input?.close();
  if (stop.signal.aborted && stop.why() === nobodyReads) tellUnread(given, context);
  else if (!flags.json) {
    printDiagnostics(errorsOf(given), stderr);
    stderr.write(failureTable(given, painter(stderr.colour)));
  }
  const exit = exitCodeOf(given);
  await journal.end(exit);
  return exit;
}

interface Work {
  readonly orders: readonly Order[];
  /** Answers that are known without asking. */
  readonly told: readonly Answer[];
  readonly pool: Fleet['pool'];
  readonly journal: RunJournal;
  readonly stop: Stop;
  readonly input: SharedInput | undefined;
}

async function runOrders(
  context: ExecContext,
  request: ExecRequest,
  { orders, told, pool, journal, stop, input }: Work,
): Promise<readonly Answer[]> {
  const output = execOutput(
    request.mode,
    orders.map(({ host }) => host),
    context,
    stop,
  );
  for (const answer of told) output.onAnswer(answer);
  const { 'command-timeout': timeoutSeconds } = context.flags;
  const given = await execEverywhere(orders, {
    pool,
    journal,
    stop,
    hold: context.hold,
    command: request.command,
    batchSizes: batchSizes(request.serial ?? '100%', orders.length) ?? [],
    mostFailedPercent: request.serial === undefined ? 100 : request.mostFailedPercent,
    ...output,
    ...(input !== undefined && { input }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
  });
  const all = [...told, ...given];
  output.end(all);
  return all;
}

async function ordersFor(
  context: ExecContext,
  { guests, argv, script, command }: ExecRequest,
  fleet: Fleet,
  hasInput: boolean,
): Promise<Result<Pick<Work, 'orders' | 'told'>>> {
  if (guests === undefined)
    return ok({ orders: fleet.nodes.map((node) => ({ host: node.name, node, script })), told: [] });
  const [{ surveyNodes }, { ordersInGuests }] = await Promise.all([
    import('./survey-nodes.ts'),
    import('./exec-in-guests.ts'),
  ]);
  const { 'command-timeout': timeoutSeconds } = context.flags;
  return ordersInGuests(await surveyNodes(fleet, context.stderr), fleet.nodes, {
    selector: guests,
    argv,
    command,
    hasInput,
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
  });
}

/** The reader has left ("| head"): where commands were ended for it is all there is to say. */
function tellUnread(answers: readonly Answer[], { stderr }: ExecContext): void {
  const ended = answers.filter((answer) => 'errors' in answer).map(({ host }) => host);
  if (ended.length > 0) stderr.write(`Nobody reads the output any more: ended on ${foldNodeSet(ended)}.\n`);
}

import type { Diagnostic, Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import { batchesOf } from '../fanout/batches.ts';
import type { Collected } from '../fanout/collect-output.ts';
import { outputCollector, sharingEqual } from '../fanout/collect-output.ts';
import type { RunKillable } from '../fanout/run-killable.ts';
import { killableRunner } from '../fanout/run-killable.ts';
import type { SharedInput } from '../fanout/share-input.ts';
import type { Stop } from '../fanout/stop.ts';
import type { HostStream } from '../fanout/stream-output.ts';
import type { Node } from '../inventory/node.ts';
import type { Pool } from '../transports/pool.ts';
import type { Finished } from '../transports/transport.ts';
import { recordCommand } from './record-command.ts';
import type { RunJournal } from './run-record.ts';

/** Whose answer it is. */
export interface Asked {
  /** A host of the inventory, or the address of a guest. */
  readonly host: string;
  /** Of a guest: where it is, and its own name. */
  readonly guest?: { readonly vmid: number; readonly name: string; readonly node: string };
}

/** What one host, or one guest, is to run. */
export interface Order extends Asked {
  /** Where it runs. */
  readonly node: Node;
  /** Shell text. */
  readonly script: string;
  /** Where the node's command does not pass on what the guest says as it comes: reads it from what was printed. */
  readonly read?: (result: Result<Finished>) => Result<Said>;
  /** Seconds that it may take longer than its time-out, which it keeps by itself. */
  readonly extraSeconds?: number;
}

/** How a command ended, and what it said. */
export type Said = {
  /** Null: killed by `signal`. */
  readonly exit: number | null;
  readonly signal?: string;
} & Collected;

/** What a host said to a command, or why it said nothing. */
export type Answer = Asked & {
  /** From the start of the run to the end of the command, waiting and connecting included. */
  readonly seconds: number;
} & (Said | { readonly errors: readonly Diagnostic[] });

export interface ExecWay {
  readonly pool: Pick<Pool, 'exec'>;
  readonly stop: Stop;
  /** What must have settled before the process may end. */
  readonly hold?: ((until: Promise<unknown>) => void) | undefined;
  /** Each command is recorded before it is sent and after it has ended. */
  readonly journal: Pick<RunJournal, 'record' | 'trouble' | 'noteAndHead'>;
  /** What was asked, in the user's words. */
  readonly command: string;
  readonly input?: SharedInput;
  readonly timeoutSeconds?: number;
  /** Hosts at a time; the last size holds for all that is left. */
  readonly batchSizes: readonly number[];
  /** Of a batch so many percent may fail; more, and no other batch is begun. */
  readonly mostFailedPercent: number;
  readonly onAnswer: (answer: Answer) => void;
  /** Takes a host's output while it comes; without it the output is collected. */
  readonly stream?: (host: string) => HostStream;
}

/** Runs all orders, batch after batch, as many at once as the pool lets through; gives the answers in the orders' order. */
export async function execEverywhere(orders: readonly Order[], way: ExecWay): Promise<readonly Answer[]> {
  const run = killableRunner(way.pool, way.hold);
  const share = sharingEqual();
  const answers: Answer[] = [];
  let enough: string | undefined;
  for (const batch of batchesOf(orders, way.batchSizes)) {
    const asked = batch.map(async (order) => {
      const answer = await ask(order, { ...way, run, share }, enough);
      way.onAnswer(answer);
      return answer;
    });
    const given = await Promise.all(asked);
    answers.push(...given);
    enough ??= whyEnough(given, way.mostFailedPercent);
  }
  return answers;
}

/** Whether the command did not do well there. */
export function hasFailed(answer: Answer): boolean {
  return 'errors' in answer || answer.exit !== 0;
}

function whyEnough(batch: readonly Answer[], mostFailedPercent: number): string | undefined {
  const failed = batch.filter(hasFailed).length;
  if ((failed * 100) / batch.length <= mostFailedPercent) return undefined;
  return `${failed} of the ${batch.length} of the batch before failed`;
}

/** What the orders of a run have in common. */
interface Shared {
  readonly run: RunKillable;
  readonly share: (collected: Collected) => Collected;
}

async function ask(
  order: Order,
  way: Omit<ExecWay, 'pool'> & Shared,
  enough: string | undefined,
): Promise<Answer> {
  const { host, guest, node, script, read, extraSeconds = 0 } = order;
  const asked = { host, ...(guest !== undefined && { guest }) };
  const { run, share, stop, input, timeoutSeconds } = way;
  const whyNot = enough ?? (stop.signal.aborted ? stop.why() : undefined);
  if (whyNot !== undefined) return { ...asked, seconds: 0, errors: [notBegun(order, way.command, whyNot)] };
  const start = performance.now();
  const collector = outputCollector();
  const streamed = way.stream?.(host);
  const result = await recordCommand(
    way.journal,
    { host: node.name, command: script },
    () =>
      run(node, script, {
        before: way.journal.noteAndHead('exec'),
        signal: stop.signal,
        whyStopped: () => stop.why(),
        ...(read === undefined && { sink: streamed?.sink ?? collector.sink }),
        ...(input !== undefined && { stdin: input.reader() }),
        ...(timeoutSeconds !== undefined && { timeoutSeconds: timeoutSeconds + extraSeconds }),
      }),
    ({ exit }) => ({ outcome: exit === 0 ? 'done' : 'failed', exit }),
  );
  const seconds = Math.round(performance.now() - start) / 1000;
  const said = read === undefined ? readAsItIs(result, collector) : read(result);
  if (read !== undefined && said.ok) await passOn(said.value, streamed);
  await streamed?.end();
  if (said.ok) return { ...asked, seconds, ...said.value, ...share(said.value) };
  const errors = said.diagnostics.map((each) =>
    wasNotSent(each) ? notBegun(order, way.command, stop.why()) : each,
  );
  return { ...asked, seconds, errors };
}

function readAsItIs(result: Result<Finished>, collector: ReturnType<typeof outputCollector>): Result<Said> {
  if (!result.ok) return result;
  const { exit, signal } = result.value;
  return ok({ exit, ...(signal !== undefined && { signal }), ...collector.collected() });
}

/** What was collected goes the way of what is streamed. */
async function passOn({ stdout, stderr }: Said, streamed: HostStream | undefined): Promise<void> {
  if (stdout.length > 0) await streamed?.sink('stdout', stdout);
  if (stderr.length > 0) await streamed?.sink('stderr', stderr);
}

/** The run was ended before the command was sent. */
function wasNotSent({ code, trouble }: Diagnostic): boolean {
  return code === 'transport/not-sent' || (code === 'transport/aborted' && trouble === 'unreachable');
}

function notBegun({ host, node }: Order, command: string, why: string): Diagnostic {
  return {
    code: 'exec/not-begun',
    severity: 'error',
    trouble: 'failed',
    message: `Cannot run ${command} on ${host}: ${why}, so it was not begun there`,
    host: node.name,
  };
}

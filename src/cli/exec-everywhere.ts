import type { Diagnostic } from '../diagnostic.ts';
import type { Collected } from '../fanout/collect-output.ts';
import { outputCollector } from '../fanout/collect-output.ts';
import { runKillable } from '../fanout/run-killable.ts';
import type { HostStream } from '../fanout/stream-output.ts';
import type { Node } from '../inventory/node.ts';
import { shJoin } from '../text/sh-quote.ts';
import type { Pool } from '../transports/pool.ts';
import type { ExecOptions } from '../transports/transport.ts';

/** What one host, or one guest, is to run. */
export interface Order {
  /** Under which name its answer is shown. */
  readonly host: string;
  /** Where it runs. */
  readonly node: Node;
  /** Shell text. */
  readonly script: string;
}

/** What a host said to a command, or why it said nothing. */
export type Answer = {
  readonly host: string;
  /** From the start of the run to the end of the command, waiting and connecting included. */
  readonly seconds: number;
} & (
  | ({
      /** Null: killed by `signal`. */
      readonly exit: number | null;
      readonly signal?: string;
    } & Collected)
  | { readonly errors: readonly Diagnostic[] }
);

/** Shell text for what stands after "--": one argument is shell text already, several are quoted argv. */
export function remoteScript(command: readonly string[]): string {
  const [text = '', ...others] = command;
  return others.length === 0 ? text : shJoin(command);
}

export interface ExecWay extends Pick<ExecOptions, 'stdin' | 'timeoutSeconds'> {
  readonly onAnswer: (answer: Answer) => void;
  /** Takes a host's output while it comes; without it the output is collected. */
  readonly stream?: (host: string) => HostStream;
}

/** Runs all orders at once, as far as the pool lets it; gives the answers in the orders' order. */
export async function execEverywhere(
  pool: Pick<Pool, 'exec'>,
  orders: readonly Order[],
  way: ExecWay,
): Promise<readonly Answer[]> {
  const asked = orders.map(async (order) => {
    const answer = await ask(pool, order, way);
    way.onAnswer(answer);
    return answer;
  });
  return Promise.all(asked);
}

async function ask(
  pool: Pick<Pool, 'exec'>,
  { host, node, script }: Order,
  { stream, stdin, timeoutSeconds }: ExecWay,
): Promise<Answer> {
  const start = performance.now();
  const collector = outputCollector();
  const streamed = stream?.(host);
  const result = await runKillable(pool, node, script, {
    sink: streamed?.sink ?? collector.sink,
    ...(stdin !== undefined && { stdin }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
  });
  streamed?.end();
  const seconds = Math.round(performance.now() - start) / 1000;
  if (!result.ok) return { host, seconds, errors: result.diagnostics };
  const { exit, signal } = result.value;
  return { host, seconds, exit, ...(signal !== undefined && { signal }), ...collector.collected() };
}

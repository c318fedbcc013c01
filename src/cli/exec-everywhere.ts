import type { Diagnostic } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { shJoin } from '../text/sh-quote.ts';
import type { Pool } from '../transports/pool.ts';
import type { ExecOptions } from '../transports/transport.ts';
import { recordCommand } from './record-command.ts';
import type { RunJournal } from './run-record.ts';

/** What a host said to a command, or why it said nothing. */
export type Answer = {
  readonly host: string;
  /** From the start of the run to the end of the command, waiting and connecting included. */
  readonly seconds: number;
} & (
  | {
      /** Null: killed by `signal`. */
      readonly exit: number | null;
      readonly signal?: string;
      readonly stdout: string;
      readonly stderr: string;
    }
  | { readonly errors: readonly Diagnostic[] }
);

/** Shell text for what stands after "--": one argument is shell text already, several are quoted argv. */
export function remoteScript(command: readonly string[]): string {
  const [text = '', ...others] = command;
  return `export LC_ALL=C.UTF-8; ${others.length === 0 ? text : shJoin(command)}`;
}

/** What is run everywhere. */
interface Order {
  /** What stands after "--". */
  readonly command: readonly string[];
  readonly options: ExecOptions;
  readonly record: Pick<RunJournal, 'record' | 'trouble' | 'noteAndHead'>;
}

/** Runs a command on all nodes at once, as far as the pool lets it, each recorded; gives the answers in the nodes' order. */
export async function execEverywhere(
  pool: Pick<Pool, 'exec'>,
  nodes: readonly Node[],
  order: Order,
  onAnswer: (answer: Answer) => void,
): Promise<readonly Answer[]> {
  const asked = nodes.map(async (node) => {
    const answer = await ask(pool, node, order);
    onAnswer(answer);
    return answer;
  });
  return Promise.all(asked);
}

async function ask(
  pool: Pick<Pool, 'exec'>,
  node: Node,
  { command, options, record }: Order,
): Promise<Answer> {
  const start = performance.now();
  const host = node.name;
  const result = await recordCommand(
    record,
    { host, command: command.length === 1 ? command.join(' ') : shJoin(command) },
    () => pool.exec(node, `${record.noteAndHead('exec')}${remoteScript(command)}`, options),
    ({ exit }) => ({ outcome: exit === 0 ? 'done' : 'failed', exit }),
  );
  const seconds = Math.round(performance.now() - start) / 1000;
  if (!result.ok) return { host, seconds, errors: result.diagnostics };
  const { exit, signal, stdout, stderr } = result.value;
  return {
    host,
    seconds,
    exit,
    ...(signal !== undefined && { signal }),
    stdout: stdout.toString('utf8'),
    stderr: stderr.toString('utf8'),
  };
}

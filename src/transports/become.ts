import { randomBytes } from 'node:crypto';
import { type Diagnostic, fail, ok, type Result } from '../diagnostic.ts';
import type { Become, Node } from '../inventory/node.ts';
import { type BecomeMarks, becomeScript } from './become-script.ts';
import { becomeRefused, otherQuestion, passwordMissing, wrongPassword } from './become-trouble.ts';
import { type BecomeWatch, type Question, watchBecoming } from './become-watch.ts';
import type { Connection, ExecOptions, Finished, Transport } from './transport.ts';

/**
 * A transport whose commands run as the user that the inventory wants (sudo or su), one exec each as before. A password
 * goes to stdin, and only when sudo or su asks for it; the command's own input follows when the command has begun.
 */
export function becoming(transport: Transport): Transport {
  return {
    connect: async (node, options) => {
      const connected = await transport.connect(node, options);
      const { become } = node.connection;
      if (!connected.ok || become === undefined) return connected;
      return ok(becomingConnection(connected.value, node, become), connected.warnings);
    },
  };
}

function becomingConnection(connection: Connection, node: Node, become: Become): Connection {
  // A password that was refused once is not sent again: accounts are locked for less.
  let refused: Diagnostic | undefined;
  return {
    close: () => connection.close(),
    exec: async (command, options = {}) => {
      if (refused !== undefined) return fail(refused);
      const ran = await execAs(connection, node, become, command, options);
      if ('refused' in ran && ran.refused.code === wrongPassword(node, become).code) refused = ran.refused;
      return 'refused' in ran ? fail(ran.refused) : ran;
    },
  };
}

async function execAs(
  connection: Connection,
  node: Node,
  become: Become,
  command: string,
  options: ExecOptions,
): Promise<Result<Finished> | { readonly refused: Diagnostic }> {
  const nonce = randomBytes(8).toString('hex');
  const marks: BecomeMarks = {
    hello: `pvefleet-become-${nonce}`,
    prompt: `pvefleet-password-${nonce}`,
    start: `pvefleet-start-${nonce}`,
  };
  const gate = createGate(become.password?.());
  const stop = new AbortController();
  let refused: Diagnostic | undefined;
  let asked = 0;
  // sudo -n asks nothing, so input goes at once, in the same flight as the command.
  const holdsInput = become.method === 'su' || become.password !== undefined;
  const watch = watchBecoming(become.method, marks, {
    onStart: gate.began,
    onQuestion: (question) => {
      if (!holdsInput) return;
      asked += 1;
      refused = refusalOf(question, asked, node, become);
      if (refused === undefined) gate.asked();
      else stop.abort();
    },
  });
  const result = await connection.exec(becomeScript(become, command, marks), {
    ...options,
    ...(holdsInput && { stdin: gate.input(options.stdin) }),
    ...outputThrough(watch, options),
    signal: options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]),
  });
  gate.ended();
  if (refused !== undefined) return { refused };
  if (!result.ok) return result;
  const { exit, stderr } = result.value;
  if (!watch.began) return { refused: becomeRefused(node, become, watch.said(), exit) };
  return ok({ ...result.value, stderr: afterMark(stderr, marks.start) }, result.warnings);
}

function refusalOf(question: Question, asked: number, node: Node, become: Become): Diagnostic | undefined {
  if (question.for === 'more') return otherQuestion(node, become, question.text);
  if (become.password === undefined) return passwordMissing(node, become);
  return asked > 1 ? wrongPassword(node, become) : undefined;
}

/** What takes output: the caller's own, with what sudo or su wrote kept from it. */
function outputThrough(watch: BecomeWatch, { onOutput, sink }: ExecOptions): ExecOptions {
  const own = (stream: 'stdout' | 'stderr', chunk: Buffer): Buffer =>
    stream === 'stdout' ? chunk : watch.take(chunk);
  if (sink === undefined)
    return {
      onOutput: (stream, chunk) => {
        const taken = own(stream, chunk);
        if (taken.length > 0) onOutput?.(stream, taken);
      },
    };
  return {
    onOutput: () => undefined,
    sink: (stream, chunk) => {
      const taken = own(stream, chunk);
      if (taken.length === 0) return undefined;
      onOutput?.(stream, taken);
      return sink(stream, taken);
    },
  };
}

function afterMark(stderr: Buffer, start: string): Buffer {
  const at = stderr.indexOf(`${start}\n`);
  return at < 0 ? stderr : stderr.subarray(at + start.length + 1);
}

/** Holds input back until it is known whom it reaches: first the password, if it is asked for, then the command's own. */
function createGate(password: string | undefined) {
  const first = oncePromise<'asked' | 'began' | 'ended'>();
  const start = oncePromise<boolean>();
  return {
    asked: () => first.resolve('asked'),
    began: () => {
      first.resolve('began');
      start.resolve(true);
    },
    ended: () => {
      first.resolve('ended');
      start.resolve(false);
    },
    async *input(stdin: ExecOptions['stdin']): AsyncGenerator<Uint8Array> {
      if ((await first.promise) === 'asked' && password !== undefined) yield Buffer.from(`${password}\n`);
      if (stdin === undefined || !(await start.promise)) return;
      if (typeof stdin === 'string') yield Buffer.from(stdin);
      else if (Buffer.isBuffer(stdin)) yield stdin;
      else yield* stdin;
    },
  };
}

/** A promise, and what resolves it; once only, as promises are. */
function oncePromise<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: (value) => resolve(value) };
}

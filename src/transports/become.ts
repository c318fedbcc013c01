import { randomBytes } from 'node:crypto';
import { type Diagnostic, fail, ok, type Result } from '../diagnostic.ts';
import type { Become, Node } from '../inventory/node.ts';
import { type BecomeMarks, becomeScript } from './become-script.ts';
import { becomeRefused, otherQuestion, passwordMissing, wrongPassword } from './become-trouble.ts';
import { type BecomeWatch, type Question, watchBecoming } from './become-watch.ts';
import type { Connection, ExecOptions, Finished, Transport } from './transport.ts';

/**
 * A transport whose commands run as the user that the inventory wants, or that their options want (sudo or su), over one
 * connection and one exec each. A password goes to stdin, and only when sudo or su asks for it; the command's own input
 * follows when the command has begun.
 */
export function becoming(transport: Transport): Transport {
  return {
    connect: async (node, options) => {
      const { first } = options;
      const orders = createOrders(node);
      const order = first === undefined ? undefined : orders.prepare(first.command, first.options);
      // What is below takes commands as they are: it need not know of the other user.
      const { become: _become, ...connection } = node.connection;
      const connected = await transport.connect(
        { ...node, connection },
        {
          ...options,
          ...(first !== undefined &&
            order !== undefined && { first: { ...first, command: order.script, options: order.options } }),
        },
      );
      if (!connected.ok) return connected;
      const opened = connected.value;
      const sent = opened.first;
      const asOther: Connection = {
        close: () => opened.close(),
        exec: async (command, given = {}) => {
          const { refused, script, options: changed, judge } = orders.prepare(command, given);
          return refused === undefined ? judge(await opened.exec(script, changed)) : fail(refused);
        },
        ...(sent !== undefined && order !== undefined && { first: sent.then(order.judge) }),
      };
      return ok(asOther, connected.warnings);
    },
  };
}

/** A command made one that runs as another user. */
interface Order {
  readonly script: string;
  readonly options: ExecOptions;
  /** The result of the command itself, or why it was not run. */
  readonly judge: (result: Result<Finished>) => Result<Finished>;
}

/** Makes the commands of one connection. A password that was refused once is not sent again: accounts are locked for less. */
function createOrders(node: Node) {
  const wrong = new Map<string, Diagnostic>();
  return {
    prepare: (command: string, given: ExecOptions): Order & { readonly refused?: Diagnostic } => {
      const { become = node.connection.become, ...options } = given;
      if (become === undefined || become === null)
        return { script: command, options, judge: (result) => result };
      const key = `${become.method} ${become.user}`;
      const order = prepareOrder(node, become, command, options);
      const judge = (result: Result<Finished>): Result<Finished> => {
        const judged = order.judge(result);
        const { code } = wrongPassword(node, become);
        const found = judged.ok ? undefined : judged.diagnostics.find((each) => each.code === code);
        if (found !== undefined && !wrong.has(key)) wrong.set(key, found);
        return judged;
      };
      const refused = wrong.get(key);
      return { ...order, judge, ...(refused !== undefined && { refused }) };
    },
  };
}

function prepareOrder(node: Node, become: Become, command: string, options: ExecOptions): Order {
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
  return {
    script: becomeScript(become, command, marks),
    options: {
      ...options,
      ...(holdsInput && { stdin: gate.input(options.stdin) }),
      ...outputThrough(watch, options),
      signal: options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]),
    },
    judge: (result) => {
      gate.ended();
      if (refused !== undefined) return fail(refused);
      if (!result.ok) return result;
      const { exit, stderr } = result.value;
      if (!watch.began) return fail(becomeRefused(node, become, watch.said(), exit));
      return ok({ ...result.value, stderr: afterMark(stderr, marks.start) }, result.warnings);
    },
  };
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

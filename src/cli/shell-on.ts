import { constants } from 'node:os';
import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Become, Node } from '../inventory/node.ts';
import { shJoin, shQuote } from '../text/sh-quote.ts';
import type { Ending } from '../transports/transport.ts';
import type { CliContext } from './command.ts';
import { asker } from './connect.ts';
import type { nodeFlags } from './flags.ts';
import { ownTerminal } from './terminal.ts';

type ShellContext = Pick<CliContext<typeof nodeFlags>, 'flags' | 'canAsk' | 'askHidden' | 'hide'>;

/** A shell, or a command, on this process's terminal; gives its exit code. */
export async function shellOn(
  context: ShellContext,
  node: Node,
  words: readonly string[] | undefined,
): Promise<Result<number>> {
  const command = asUser(node.connection.become, words && asText(words));
  switch (node.connection.transport ?? 'ssh') {
    case 'openssh':
      return runHere(
        node,
        (await import('../transports/openssh-arguments.ts')).shellArguments(node.connection, command),
      );
    case 'local':
      return runHere(
        node,
        command === undefined ? [process.env['SHELL'] ?? '/bin/sh', '-l'] : ['/bin/sh', '-c', command],
      );
    case 'ssh':
      return overSsh(context, node, command);
  }
}

async function overSsh(
  context: ShellContext,
  node: Node,
  command: string | undefined,
): Promise<Result<number>> {
  const [{ createSshTransport }, { ownSurroundings }] = await Promise.all([
    import('../transports/ssh.ts'),
    import('../transports/surroundings.ts'),
  ]);
  const transport = createSshTransport(ownSurroundings(asker(context)));
  const connected = await transport.connect(node, { timeoutSeconds: context.flags.timeout });
  if (!connected.ok) return connected;
  const own = ownTerminal();
  const ended = await connected.value.onTerminal(own.terminal, command);
  own.restore();
  await connected.value.close();
  return ended.ok ? ok(codeOf(ended.value)) : ended;
}

/** A program of this machine on this terminal. */
async function runHere(node: Node, [program = '', ...args]: readonly string[]): Promise<Result<number>> {
  const { execa } = await import('execa');
  const ended = await execa(program, args, { stdio: 'inherit', reject: false });
  if (ended.exitCode !== undefined || ended.signal !== undefined)
    return ok(
      codeOf({ exit: ended.exitCode ?? null, ...(ended.signal !== undefined && { signal: ended.signal }) }),
    );
  return fail({
    code: 'cli/ssh',
    severity: 'error',
    trouble: 'failed',
    host: node.name,
    message: `Cannot open a shell on ${node.name}: ${ended.shortMessage ?? `${program} does not start`}`,
  });
}

/** As shells have it: 128 and the number of the signal. */
function codeOf({ exit, signal }: Ending): number {
  if (exit !== null) return exit;
  const number = Object.entries(constants.signals).find(([name]) => name === signal)?.[1];
  return 128 + (number ?? 0);
}

/** One argument is shell text, as with ssh; several are quoted. */
function asText(words: readonly string[]): string {
  const [text = '', ...others] = words;
  return others.length === 0 ? text : shJoin(words);
}

/** On a terminal sudo and su ask for the password themselves. */
function asUser(become: Become | undefined, command: string | undefined): string | undefined {
  if (become === undefined) return command;
  const { method, user } = become;
  if (method === 'su')
    return command === undefined ? `su - ${shQuote(user)}` : `su ${shJoin([user, '-c', command])}`;
  const login = command === undefined ? ['-i'] : ['--', '/bin/sh', '-c', command];
  return shJoin(['sudo', '-H', '-u', user, ...login]);
}

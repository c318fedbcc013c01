import type { AcceptConnection, RejectConnection, ServerChannel, Session } from 'ssh2';
import { environmentOf } from '../shell/run.ts';
import type { SessionContext } from './context.ts';
import { collectInput, readsInput } from './input.ts';
import { serveTerminal } from './terminal.ts';

/** What Debian's sshd_config accepts. */
const ACCEPTED = /^(LANG|LC_\w+|COLORTERM|NO_COLOR)$/;

const NEVER = new AbortController().signal;

/** Serves one session channel: environment, exec, and a line-by-line shell. */
export function serveSession(session: Session, context: SessionContext): void {
  const env: Record<string, string> = { ...environmentOf(context.user) };
  session.on('env', (accept: AcceptConnection | undefined, _reject, info) => {
    if (ACCEPTED.test(info.key)) env[info.key] = info.val;
    accept?.();
  });
  let hasTerminal = false;
  session.on('pty', (accept: AcceptConnection | undefined) => {
    hasTerminal = true;
    accept?.();
  });
  session.on('window-change', (accept: AcceptConnection | undefined) => accept?.());
  session.on('exec', (accept, _reject, info) => {
    void serveExec(accept(), info.command, env, context);
  });
  session.on('shell', (accept) => {
    if (hasTerminal) serveTerminal(accept(), env, context);
    else void serveScript(accept(), env, context);
  });
  session.on('sftp', (_accept, reject: RejectConnection | undefined) => reject?.());
}

async function serveExec(
  channel: ServerChannel,
  command: string,
  env: Readonly<Record<string, string>>,
  context: SessionContext,
): Promise<void> {
  const gone = new AbortController();
  const lose = (): void => gone.abort();
  channel.on('close', lose);
  channel.on('error', lose);
  context.signal.addEventListener('abort', lose, { once: true });
  const stdin = await collectInput(channel, readsInput(command), gone.signal);
  if (context.cutsAt(command)) return context.cut();
  // Without a terminal sshd tells a command nothing when its connection is gone: it goes on, and nobody hears of it.
  const ran = await context.shell({
    command,
    stdin,
    env: { ...env },
    signal: NEVER,
    user: context.user,
  });
  context.signal.removeEventListener('abort', lose);
  if (gone.signal.aborted) return;
  await Promise.all([send(channel, ran.stdout), send(channel.stderr, ran.stderr)]);
  channel.exit(ran.exit);
  channel.end();
}

/** `ssh host < script`: what comes in is the command. */
async function serveScript(
  channel: ServerChannel,
  env: Readonly<Record<string, string>>,
  context: SessionContext,
): Promise<void> {
  const script = await collectInput(channel, true, context.signal);
  await serveExec(channel, script.toString(), env, context);
}

/** Resolves when the client's window has taken it all, or the channel is gone. */
async function send(stream: NodeJS.WritableStream, bytes: Buffer): Promise<void> {
  if (bytes.length === 0) return;
  await new Promise<void>((resolve) => {
    stream.once('close', () => resolve());
    stream.write(bytes, () => resolve());
  });
}

import type { ServerChannel } from 'ssh2';
import type { SessionContext } from './context.ts';

const BACKSPACE = '\x7f';
const INTERRUPT = '\x03';
const END = '\x04';

/** A prompt for people: one line at a time, with backspace, Ctrl-C and Ctrl-D. Each line runs as a command of its own. */
export async function serveTerminal(
  channel: ServerChannel,
  env: Readonly<Record<string, string>>,
  context: SessionContext,
): Promise<void> {
  let line = '';
  let running: AbortController | undefined;
  const abort = (): void => running?.abort();
  const prompt = (): void => void channel.write(`root@${context.node}:~# `);
  const leave = (): void => {
    channel.exit(0);
    channel.end();
  };
  const run = async (command: string): Promise<void> => {
    if (command === 'exit' || command === 'logout') return leave();
    running = new AbortController();
    const ran = await context.shell({
      command,
      stdin: Buffer.alloc(0),
      env: { ...env },
      signal: running.signal,
    });
    running = undefined;
    if (channel.destroyed) return;
    channel.write(`${ran.stdout.toString()}${ran.stderr.toString()}`.replaceAll('\n', '\r\n'));
    prompt();
  };
  channel.on('close', abort);
  channel.on('error', abort);
  channel.write(
    `Simulated node ${context.node}. Each line runs by itself: variables and cd do not last.\r\n`,
  );
  prompt();
  for await (const chunk of channel) {
    for (const char of String(chunk)) {
      if (char === INTERRUPT) {
        abort();
        line = '';
        channel.write('^C\r\n');
        if (running === undefined) prompt();
      } else if (char === END && line === '') return leave();
      else if (char === BACKSPACE && line !== '') {
        line = line.slice(0, -1);
        channel.write('\b \b');
      } else if (char === '\r' || char === '\n') {
        channel.write('\r\n');
        const command = line.trim();
        line = '';
        if (command === '') prompt();
        else await run(command);
      } else if (char >= ' ' && char !== BACKSPACE) {
        line += char;
        channel.write(char);
      }
    }
  }
  leave();
}

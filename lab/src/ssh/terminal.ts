import type { ServerChannel } from 'ssh2';
import type { SessionContext } from './context.ts';

const BACKSPACE = '\x7f';
const INTERRUPT = '\x03';
const END = '\x04';

/** A prompt for people: one line at a time, with backspace, Ctrl-C and Ctrl-D. Each line runs as a command of its own. */
export function serveTerminal(
  channel: ServerChannel,
  env: Readonly<Record<string, string>>,
  context: SessionContext,
): void {
  const waiting: string[] = [];
  let line = '';
  let running: AbortController | undefined;

  const prompt = (): void =>
    void channel.write(`${context.user}@${context.node}:~${context.user === 'root' ? '#' : '$'} `);
  const leave = (): void => {
    channel.exit(0);
    channel.end();
  };
  const runWaiting = async (): Promise<void> => {
    for (let command = waiting.shift(); command !== undefined; command = waiting.shift()) {
      if (command === 'exit' || command === 'logout') return leave();
      running = new AbortController();
      const ran = await context.shell({
        command,
        stdin: Buffer.alloc(0),
        env,
        signal: running.signal,
        user: context.user,
      });
      running = undefined;
      if (channel.destroyed) return;
      channel.write(`${ran.stdout.toString()}${ran.stderr.toString()}`.replaceAll('\n', '\r\n'));
      prompt();
    }
  };
  const interrupt = (): void => {
    line = '';
    waiting.length = 0;
    channel.write('^C\r\n');
    if (running === undefined) prompt();
    else running.abort();
  };
  const enter = (): void => {
    channel.write('\r\n');
    waiting.push(line.trim());
    line = '';
    if (running === undefined) void runWaiting();
  };
  const type = (char: string): void => {
    if (char === INTERRUPT) interrupt();
    else if (char === END && line === '') leave();
    else if (char === '\r' || char === '\n') enter();
    else if (char === BACKSPACE && line !== '') {
      line = line.slice(0, -1);
      channel.write('\b \b');
    } else if (char >= ' ' && char !== BACKSPACE) {
      line += char;
      channel.write(char);
    }
  };

  channel.on('close', () => running?.abort());
  channel.on('error', () => running?.abort());
  channel.setEncoding('utf8');
  channel.on('data', (text: string) => [...text].forEach(type));
  channel.on('end', leave);
  channel.write(
    `Simulated node ${context.node}. Each line runs by itself: variables and cd do not last.\r\n`,
  );
  prompt();
}

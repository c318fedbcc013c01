import type { Terminal } from '../transports/ssh-terminal.ts';

/** The terminal of this process, its keys handed on one by one (Ctrl-C too) until `restore` is called. */
export function ownTerminal(): { readonly terminal: Terminal; restore(): void } {
  const { stdin, stdout } = process;
  const isRaw = stdin.isTTY && stdin.isRaw;
  if (stdin.isTTY) stdin.setRawMode(true);
  return {
    terminal: {
      input: stdin,
      output: stdout,
      kind: process.env['TERM'] ?? 'dumb',
      size: () => ({ rows: stdout.rows ?? 24, columns: stdout.columns ?? 80 }),
      onResize: (listener) => {
        stdout.on('resize', listener);
        return () => stdout.removeListener('resize', listener);
      },
    },
    restore: () => {
      if (stdin.isTTY) stdin.setRawMode(isRaw);
      stdin.pause();
    },
  };
}

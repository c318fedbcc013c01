import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';

/** A way through a command's stdin and stdout (ssh_config(5), ProxyCommand). The command and what it started end with the stream. */
export function openProxyCommand(command: string): Duplex {
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  child.stdin.on('error', () => undefined);
  const stream = Duplex.from({ writable: child.stdin, readable: child.stdout });
  stream.on('error', () => undefined);
  stream.once('close', () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, 'SIGTERM');
    } catch {
      // It ended in this moment.
    }
  });
  child.once('error', () => stream.destroy());
  return stream;
}

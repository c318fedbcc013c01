// Runs the project's own tools with their output on this terminal.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const pathOf = (command) => join(root, 'node_modules', '.bin', command);

/** Runs a command of node_modules/.bin and ends this process with its code when it fails. */
export function must(command, ...args) {
  const { status, signal, error } = spawnSync(pathOf(command), args, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? (signal === 'SIGINT' ? 130 : 1));
}

/** Runs a command of node_modules/.bin beside others; its exit code. */
export async function beside(command, ...args) {
  const [status, signal] = await once(spawn(pathOf(command), args, { cwd: root, stdio: 'inherit' }), 'exit');
  return status ?? (signal === 'SIGINT' ? 130 : 1);
}

/** Runs commands of node_modules/.bin one after the other and keeps what they print; what those printed that failed. */
export async function failuresOf(...commands) {
  const failures = [];
  for (const [command, ...args] of commands) {
    const child = spawn(pathOf(command), args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const printed = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(chunk));
    const [status] = await once(child, 'close');
    if (status !== 0) failures.push(Buffer.concat(printed).toString());
  }
  return failures;
}

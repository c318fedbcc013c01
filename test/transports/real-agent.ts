import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { vi } from 'vitest';

const run = promisify(execFile);

/** OpenSSH's own agent, with the keys of these files and the certificates beside them. */
export async function startRealAgent(
  directory: string,
  keyFiles: readonly string[],
): Promise<{ readonly socket: string; stop(): void }> {
  const socket = join(directory, `real-${process.hrtime.bigint()}`);
  const agent = spawn('/usr/bin/ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  await vi.waitFor(() => {
    if (!existsSync(socket)) throw new Error('no socket yet');
  }, 10_000);
  if (keyFiles.length > 0)
    await run('/usr/bin/ssh-add', ['-q', ...keyFiles], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  return { socket, stop: () => void agent.kill() };
}

/** Makes a certificate of a public key; the path of its file. */
export async function certify(
  authority: string,
  keyFile: string,
  principal: string,
  validity = '+1h',
): Promise<string> {
  await run('/usr/bin/ssh-keygen', [
    '-q',
    '-s',
    authority,
    '-I',
    'test',
    '-n',
    principal,
    '-V',
    validity,
    `${keyFile}.pub`,
  ]);
  return `${keyFile}-cert.pub`;
}

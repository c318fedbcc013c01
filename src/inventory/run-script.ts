import { execFile } from 'node:child_process';

/** What an executable printed, or the end of a sentence why it gave nothing usable. */
export type Printed = { readonly stdout: string } | { readonly problem: string };

const mostBytes = 256 * 1024 * 1024;

/** Runs an executable file without a shell, kills it after `seconds`; more than 256 MiB of output is refused. */
export function runScript(path: string, args: readonly string[], seconds: number): Promise<Printed> {
  return new Promise((done) => {
    const options = { timeout: seconds * 1000, killSignal: 'SIGKILL', maxBuffer: mostBytes } as const;
    const child = execFile(path, args, options, (error, stdout, stderr) => {
      done(error === null ? { stdout } : { problem: problemOf(error, seconds) + said(stderr) });
    });
    child.stdin?.on('error', () => undefined).end();
  });
}

type ExecError = Error & {
  readonly code?: string | number | null;
  readonly killed?: boolean;
  readonly signal?: string | null;
};

function problemOf({ code, killed, signal, message }: ExecError, seconds: number): string {
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'it printed more than 256 MiB';
  if (killed === true) return `it did not end within ${seconds} s and was killed`;
  if (code === 'EACCES') return 'it is a script but not executable for you; chmod +x is wanted';
  if (code === 'ENOENT') return 'the program that its first line names does not exist';
  if (code === 'ENOEXEC')
    return 'it is executable but no program; a first line like "#!/usr/bin/python3" is wanted';
  if (typeof code === 'number') return `it ended with exit code ${code}; 0 is wanted`;
  return typeof signal === 'string' ? `it was ended by ${signal}` : message;
}

function said(stderr: string): string {
  const lines = stderr.trim().split('\n').slice(-3).join(' / ');
  return lines === '' ? '' : ` (it said: ${lines.slice(0, 400)})`;
}

import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { onAbort } from './on-abort.ts';
import { endGroup } from './process-group.ts';

/** A socket's path may have 104 bytes at most (macOS), and ssh adds 17 while it makes it. */
const longestDirectory = 60;

/**
 * Runs ssh until standard input ends, as it does when this program is gone, however it went; then takes the private
 * directory away. When ssh ends first, all of the group ends. File 3 is ssh's input: the password, where there is one.
 */
const keeper = '("$@" <&3 3<&-; kill 0) & exec 3<&-; read -r _; rm -rf -- "$0"; kill 0';

/** Answers ssh's question for a password, from the standard input that ssh was given; another question is not for us. */
const askpass = `#!/bin/sh
case $1 in *[Pp]assword*) ;; *) exit 1 ;; esac
IFS= read -r answer && printf '%s\\n' "$answer"
`;

/** A private directory for a master's control socket and what its commands log. */
export interface PrivateDirectory {
  readonly path: string;
  readonly socket: string;
}

export async function makePrivateDirectory(): Promise<PrivateDirectory> {
  const runtime = process.env['XDG_RUNTIME_DIR'] ?? '';
  const usable = runtime.startsWith('/') && Buffer.byteLength(runtime) <= longestDirectory;
  const make = (parent: string) => mkdtemp(join(parent, 'pvefleet-'));
  const path = usable ? await make(runtime).catch(() => make('/tmp')) : await make('/tmp');
  return { path, socket: join(path, 's') };
}

/** An ssh that is logged in; others run commands over its socket. */
export interface Master {
  /** False once ssh has ended. */
  alive(): boolean;
  /** Ends ssh and what it started, and takes the directory away. */
  close(): Promise<void>;
}

/** How the start of a master went, with all that ssh said. */
export type Started =
  | { readonly kind: 'open'; readonly master: Master }
  | { readonly kind: 'ended' | 'timeout' | 'aborted'; readonly said: string };

export interface StartOptions {
  readonly password: (() => string) | undefined;
  readonly limitSeconds: number;
  readonly signal: AbortSignal | undefined;
}

/** Starts an ssh that logs in, and waits until it has, or can't. */
export async function startMaster(
  directory: PrivateDirectory,
  ssh: readonly string[],
  { password, limitSeconds, signal }: StartOptions,
): Promise<Started> {
  const asker = join(directory.path, 'askpass');
  if (password !== undefined) await writeFile(asker, askpass, { mode: 0o700 });
  const child = execa('/bin/sh', ['-c', keeper, directory.path, ...ssh], {
    stdio: ['pipe', 'ignore', 'pipe', inputFor(password)],
    env: {
      LC_ALL: 'C',
      ...(password !== undefined && { SSH_ASKPASS: asker, SSH_ASKPASS_REQUIRE: 'force' }),
    },
    buffer: false,
    detached: true,
    cleanup: false,
    reject: false,
  });
  let alive = true;
  const end = async (): Promise<void> => {
    await child;
    alive = false;
  };
  const ended = end();
  child.stdin.on('error', () => undefined);
  let said = '';
  let listening = true;
  child.stderr.on('data', (chunk: Buffer) => {
    if (listening) said += chunk.toString();
  });
  const master: Master = {
    alive: () => alive,
    close: async () => {
      child.stdin.end();
      const overdue = setTimeout(() => void (child.pid !== undefined && endGroup(child.pid)), 1000);
      await ended;
      clearTimeout(overdue);
      await rm(directory.path, { recursive: true, force: true });
    },
  };
  const kind = await first(directory.socket, ended, limitSeconds, signal);
  listening = false;
  if (kind === 'open') return { kind, master };
  await master.close();
  return { kind, said };
}

/** The password twice, as a server that has two ways to take it is told it twice. */
function inputFor(password: (() => string) | undefined): Uint8Array {
  return Buffer.from(password === undefined ? '' : `${password()}\n`.repeat(2));
}

/** What comes first: the socket, which ssh makes when it is logged in, or another end of the wait. */
function first(
  socket: string,
  ended: Promise<void>,
  limitSeconds: number,
  signal: AbortSignal | undefined,
): Promise<'open' | 'ended' | 'timeout' | 'aborted'> {
  return new Promise((resolve) => {
    const settle = (kind: 'open' | 'ended' | 'timeout' | 'aborted'): void => {
      clearTimeout(timer);
      stopListening();
      clearInterval(looking);
      resolve(kind);
    };
    const look = (): void => {
      access(socket).then(
        () => settle('open'),
        () => undefined,
      );
    };
    // To watch the directory takes what a system has few of (inotify instances).
    const looking = setInterval(look, 10);
    const timer = setTimeout(() => settle('timeout'), limitSeconds * 1000);
    const stopListening = onAbort(signal, () => settle('aborted'));
    if (signal?.aborted === true) settle('aborted');
    void ended.then(() => settle('ended'));
  });
}

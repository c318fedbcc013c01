import { timingSafeEqual } from 'node:crypto';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2, { type AuthContext, type Connection, type ParsedKey } from 'ssh2';
import { isOff, type FaultBoard } from '../fleet/faults.ts';
import type { Shell, User } from '../shell/run.ts';
import { makeKeyPair, type KeyPair } from './keys.ts';
import { serveSession } from './session.ts';
import { badWire } from './wire.ts';

export interface ServerOptions {
  /** The node's name, also on the fault board. */
  readonly node: string;
  readonly shell: Shell;
  readonly hostKey: KeyPair;
  /** The key that may log in, as root and as ops. */
  readonly clientKey: KeyPair;
  readonly address: string;
  /** 0: a free one. */
  readonly port: number;
  readonly faults: FaultBoard;
}

/** What a server was asked for so far. */
export interface Served {
  connections: number;
  execs: number;
  sftp: number;
}

/** A node's SSH server. */
export interface SshServer {
  readonly port: number;
  readonly served: Readonly<Served>;
  readonly close: () => Promise<void>;
}

/** Milliseconds after which a node that is back asks for its port again. */
const PORT_AGAIN_MS = 20;

/** Starts the server of one node. Rejects if the port is taken. */
export async function startServer(options: ServerOptions): Promise<SshServer> {
  const { node, faults } = options;
  const sockets = new Set<net.Socket>();
  const served: Served = { connections: 0, execs: 0, sftp: 0 };
  const server = sshServer(options, served, options.hostKey);
  const impostor = sshServer(options, served, makeKeyPair('impostor'));
  const listener = net.createServer((socket) => {
    served.connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.setNoDelay(true);
    if (faults.of(node, 'hang').length > 0) return;
    const wire = badWire(socket, {
      latency: () => faults.of(node, 'latency').at(-1)?.milliseconds ?? 0,
      cutAfter: faults.of(node, 'cut').at(-1)?.bytes,
    });
    (faults.of(node, 'host-key').length > 0 ? impostor : server).injectSocket(wire);
  });
  const port = await listen(listener, options.port, options.address);
  let closed = false;
  const follow = (): void => {
    const isDead = isOff(faults, node);
    if (isDead && listener.listening) {
      listener.close();
      for (const socket of sockets) socket.destroy();
    } else if (!isDead && !listener.listening && !closed) {
      listener.listen(port, options.address);
    }
  };
  // While it was off, some connection may have been given its port for the time that it lasts.
  listener.on('error', () => setTimeout(follow, PORT_AGAIN_MS));
  faults.watch(follow);
  return {
    port,
    served,
    async close() {
      closed = true;
      for (const socket of sockets) socket.destroy();
      if (listener.listening) await new Promise((resolve) => listener.close(resolve));
    },
  };
}

async function listen(listener: net.Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, host, () => resolve());
  });
  const address = listener.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** ssh2 takes any duplex stream here; its types name only net.Socket. */
interface TakesStream {
  injectSocket(stream: Duplex): void;
}

function sshServer(options: ServerOptions, served: Served, hostKey: KeyPair): TakesStream {
  const allowed = publicKeyOf(options.clientKey);
  const server = new ssh2.Server(
    { hostKeys: [hostKey.privateKey], ident: 'OpenSSH_10.0p2 Debian-7' },
    (client) => {
      serveClient(client, allowed, served, options);
    },
  );
  server.on('error', () => undefined);
  return server;
}

function serveClient(
  client: Connection,
  allowed: ParsedKey,
  served: Served,
  { node, shell, faults }: ServerOptions,
): void {
  const gone = new AbortController();
  const isOpen = (): boolean => faults.of(node, 'no-login').length === 0;
  let user: User = 'root';
  client.on('authentication', (context) => {
    user = context.username === 'ops' ? 'ops' : 'root';
    authenticate(context, allowed, isOpen());
  });
  client.on('session', (accept) => {
    const session = accept();
    session.on('exec', () => served.execs++);
    session.on('sftp', () => served.sftp++);
    serveSession(session, {
      node,
      shell,
      user,
      signal: gone.signal,
      cutsAt: (command) => faults.of(node, 'cut-at').some(({ text }) => command.includes(text)),
      cut: () => client.end(),
    });
  });
  client.on('close', () => gone.abort());
  client.on('error', () => gone.abort());
}

function authenticate(context: AuthContext, allowed: ParsedKey, isOpen: boolean): void {
  const isUser = ['root', 'ops'].includes(context.username);
  if (
    !isOpen ||
    !isUser ||
    context.method !== 'publickey' ||
    !sameBytes(context.key.data, allowed.getPublicSSH())
  ) {
    return context.reject(['publickey']);
  }
  const { signature, blob } = context;
  if (signature !== undefined && !isSignedBy(allowed, blob, signature, context.hashAlgo))
    return context.reject();
  context.accept();
}

/** ssh2 returns an Error, too, where its types say boolean. */
function isSignedBy(
  key: ParsedKey,
  blob: Buffer | undefined,
  signature: Buffer,
  hash: string | undefined,
): boolean {
  const verified: unknown = blob === undefined ? false : key.verify(blob, signature, hash);
  return verified === true;
}

function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function publicKeyOf(key: KeyPair): ParsedKey {
  const parsed = ssh2.utils.parseKey(key.publicKey);
  if (parsed instanceof Error) throw parsed;
  return parsed;
}

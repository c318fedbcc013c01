import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import type { TestServer } from '../openssh-server.ts';
import { type KeyType, writeKey } from '../ssh-keys.ts';

/** An SSH server of ssh2 in this process; commands run in a real `sh`. */
export async function startSsh2Server(hostKeyTypes: readonly KeyType[] = ['ed25519']): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-ssh2-'));
  const keyFile = await writeKey(directory, 'user_key', 'ed25519');
  const hostKeys = await Promise.all(hostKeyTypes.map((type) => writeKey(directory, `host_${type}`, type)));
  const sockets = new Set<Socket>();
  const ssh = new ssh2.Server(
    { hostKeys: await Promise.all(hostKeys.map((key) => readFile(key.path))) },
    (connection) => {
      serve(connection, keyFile.publicKey);
    },
  );
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    ssh.injectSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const cut = () => sockets.forEach((socket) => socket.destroy());
  return {
    host: '127.0.0.1',
    port: address.port,
    user: 'root',
    keyFile: keyFile.path,
    hostKeys: hostKeys.map((key) => key.publicKey),
    directory,
    cut,
    connections: () => sockets.size,
    stop: async () => {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(directory, { recursive: true, maxRetries: 10 });
    },
  };
}

function serve(connection: Connection, authorized: string): void {
  connection.on('error', () => undefined);
  connection.on('authentication', (attempt) => {
    const key = ssh2.utils.parseKey(authorized);
    if (
      attempt.method !== 'publickey' ||
      key instanceof Error ||
      !attempt.key.data.equals(key.getPublicSSH())
    )
      return attempt.reject(['publickey']);
    const proven =
      attempt.signature === undefined ||
      (attempt.blob !== undefined && key.verify(attempt.blob, attempt.signature, attempt.hashAlgo));
    return proven ? attempt.accept() : attempt.reject();
  });
  connection.on('session', (accept) => {
    accept().on('exec', (acceptExec, _reject, { command }) => run(command, acceptExec()));
  });
}

/** Runs a command in a channel, and ends it when the channel is closed. (A server of ssh2 hears no signal once the client has sent its end of file.) */
function run(command: string, channel: ServerChannel): void {
  const child = spawn('sh', ['-c', command], { detached: true });
  channel.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  channel.once('close', () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGTERM');
  });
  child.once('close', (code, signal) => {
    if (signal === null) channel.exit(code ?? 255);
    else channel.exit(signal.replace('SIG', ''), false, '');
    channel.end();
  });
}

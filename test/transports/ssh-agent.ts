import { readFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import ssh2, { type ParsedKey } from 'ssh2';

export interface TestAgent {
  readonly socket: string;
  /** How often it was asked for its keys. */
  readonly asked: () => number;
  stop(): Promise<void>;
}

/** An ssh agent that holds the keys of these files. */
export async function startSshAgent(
  directory: string,
  keyFiles: readonly string[],
  passphrase?: string,
): Promise<TestAgent> {
  const keys = await Promise.all(keyFiles.map((path) => readKey(path, passphrase)));
  const sockets = new Set<Socket>();
  let asked = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    const protocol = new ssh2.AgentProtocol(false);
    protocol.on('identities', (request) => {
      asked++;
      protocol.getIdentitiesReply(request, keys);
    });
    protocol.on('sign', (request, publicKey, data, { hash }) => {
      const key = keys.find((held) => held.getPublicSSH().equals(publicKey.getPublicSSH()));
      if (key === undefined) protocol.failureReply(request);
      else protocol.signReply(request, key.sign(data, hash));
    });
    socket.on('error', () => undefined);
    socket.pipe(protocol).pipe(socket);
  });
  const socket = join(directory, `agent-${process.hrtime.bigint()}`);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    asked: () => asked,
    stop: async () => {
      sockets.forEach((open) => open.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readKey(path: string, passphrase: string | undefined): Promise<ParsedKey> {
  const key = ssh2.utils.parseKey(await readFile(path), passphrase);
  if (key instanceof Error) throw key;
  return key;
}

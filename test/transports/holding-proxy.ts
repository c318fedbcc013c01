import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy before an SSH server that hands on what the server says in as few pieces as can be. */
export interface HoldingProxy {
  readonly port: number;
  /** How many pieces each connection's client was given. */
  readonly pieces: readonly number[];
  /** The types of messages (RFC 4250 4.1.2) that each client sent in clear. */
  readonly sentInClear: readonly number[][];
  /** The most clients at once whose key exchange was not at its end. */
  mostUnfinished(): number;
  /** Hands on what the server has said since its key exchange, and all that follows. */
  release(): void;
  stop(): Promise<void>;
}

/**
 * What a server says before its KEXINIT is complete, and before its NEWKEYS, is handed on in one piece each; what it says
 * after that is held until release(). So, if a command has run by then, its client has sent all that it needs for it in
 * answer to two pieces: with the TCP connection and the answer that makes four round trips.
 */
export async function startHoldingProxy(to: { host: string; port: number }): Promise<HoldingProxy> {
  const pieces: number[] = [];
  const sentInClear: number[][] = [];
  const sockets = new Set<Socket>();
  const releases: (() => void)[] = [];
  let unfinished = 0;
  let most = 0;
  let released = false;
  const server = createServer({ noDelay: true }, (client) => {
    const number = pieces.push(0) - 1;
    most = Math.max(most, ++unfinished);
    const sent: number[] = [];
    sentInClear.push(sent);
    const upstream = connect({ ...to, noDelay: true });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => other.destroy());
    }
    const fromClient = clearTypes((type) => {
      sent.push(type);
      if (type === 21) unfinished--;
    });
    client.on('data', (chunk) => {
      fromClient(chunk);
      upstream.write(chunk);
    });
    let held = Buffer.alloc(0);
    let encrypted = false;
    const handOn = () => {
      if (held.length === 0) return;
      pieces[number] = (pieces[number] ?? 0) + 1;
      client.write(held);
      held = Buffer.alloc(0);
    };
    const fromServer = clearTypes((type) => {
      if (type === 20) setImmediate(handOn);
      if (type !== 21) return;
      setImmediate(() => {
        handOn();
        encrypted = true;
      });
    });
    upstream.on('data', (chunk) => {
      held = Buffer.concat([held, chunk]);
      fromServer(chunk);
      if (encrypted && released) handOn();
    });
    releases.push(handOn);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    pieces,
    sentInClear,
    mostUnfinished: () => most,
    release: () => {
      released = true;
      releases.forEach((release) => release());
    },
    stop: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Calls back with the type of each message of one direction up to NEWKEYS; RFC 4253 4.2 and 6. */
function clearTypes(found: (type: number) => void): (chunk: Buffer) => void {
  let unread = Buffer.alloc(0);
  let greeted = false;
  let encrypted = false;
  return (chunk) => {
    unread = Buffer.concat([unread, chunk]);
    const lineEnd = unread.indexOf('\n');
    if (!greeted && lineEnd < 0) return;
    if (!greeted) unread = unread.subarray(lineEnd + 1);
    greeted = true;
    while (!encrypted && unread.length >= 4 && unread.length >= 4 + unread.readUInt32BE(0)) {
      const type = unread[5] ?? 0;
      unread = unread.subarray(4 + unread.readUInt32BE(0));
      encrypted = type === 21;
      found(type);
    }
  };
}

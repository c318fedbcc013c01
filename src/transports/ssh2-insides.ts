import type { Client, ParsedKey } from 'ssh2';

/** What of ssh2's own protocol object is called: RFC 4252 7 (publickey), RFC 4254 5.2, 5.3 and 6.5 (data, end of file, exec). */
interface Protocol {
  authPK(user: string, key: ParsedKey, algorithm: string, sign: Sign): void;
  exec(channel: number, command: string, wantReply: boolean): void;
  channelData(channel: number, data: Buffer): void;
  channelEOF(channel: number): void;
}

/** Given what is to be signed, hands back the signature, now or later; only then the request is sent. */
type Sign = (data: Buffer, done: (signature: Buffer) => void) => void;

/** ssh2's handlers of messages, each of which may be replaced; the first argument is always the protocol object. */
interface Handlers {
  DISCONNECT: (protocol: unknown, reason: number, description: string) => void;
  USERAUTH_FAILURE: (protocol: unknown, methods: readonly string[], partial: boolean) => void;
  GLOBAL_REQUEST: (protocol: unknown, name: string, wantReply: boolean, data: unknown) => void;
  CHANNEL_OPEN_FAILURE: (protocol: unknown, channel: number, reason: number, description: string) => void;
}

/** The parts of a client of ssh2 1.17 that it keeps to itself. */
export interface Insides {
  readonly protocol: Protocol;
  readonly handlers: Handlers;
  /** What the server calls itself ("OpenSSH_9.2p1"), once it has. */
  remoteSoftware(): string | undefined;
}

/** Looks into a client whose `connect` was called; undefined when it is not as we know it, and then nothing may lean on it. */
export function insidesOf(client: Client): Insides | undefined {
  const protocol: unknown = '_protocol' in client ? client._protocol : undefined;
  if (!isProtocol(protocol)) return undefined;
  const handlers: unknown = '_handlers' in protocol ? protocol._handlers : undefined;
  if (!isHandlers(handlers)) return undefined;
  return {
    protocol,
    handlers,
    remoteSoftware: () =>
      '_remoteVer' in client && typeof client._remoteVer === 'string' ? client._remoteVer : undefined,
  };
}

/**
 * OpenSSH tells all its host keys after the log-in (hostkeys-00@openssh.com), and ssh2 has it prove each, at the cost of
 * a signature and its verification a key, for who would keep them. Nobody here does: known_hosts is the user's.
 */
export function declineHostKeys(client: Client): void {
  const handlers = insidesOf(client)?.handlers;
  if (handlers === undefined) return;
  const { GLOBAL_REQUEST } = handlers;
  handlers.GLOBAL_REQUEST = (protocol, name, wantReply, data) => {
    if (name === 'hostkeys-00@openssh.com' && !wantReply) return;
    GLOBAL_REQUEST(protocol, name, wantReply, data);
  };
}

function isProtocol(value: unknown): value is Protocol {
  return hasFunctions(value, ['authPK', 'exec', 'channelData', 'channelEOF']);
}

function isHandlers(value: unknown): value is Handlers {
  return hasFunctions(value, ['DISCONNECT', 'USERAUTH_FAILURE', 'GLOBAL_REQUEST', 'CHANNEL_OPEN_FAILURE']);
}

function hasFunctions(value: unknown, names: readonly string[]): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

import { connect } from 'node:net';
import { sshString, WireReader } from './wire.ts';

/**
 * Asks an ssh agent (draft-ietf-sshm-ssh-agent). ssh2's own client passes over certificates and security keys, and drops
 * what a security key's signature says besides.
 */

/** What an agent holds: a public key or a certificate in its binary form. */
export interface AgentKey {
  readonly blob: Buffer;
  readonly comment: string;
}

const request = { identities: 11, sign: 13 };
const answer = { identities: 12, signature: 14 };
/** For RSA: which hash the signature is to be made with. */
const flags: Readonly<Record<string, number>> = { sha256: 2, sha512: 4 };

/** Longer than any answer; a program that sends more is no agent. */
const longestAnswer = 4 * 1024 * 1024;

/** The keys of the agent at a socket; none when there is no agent, or none that answers in 5 s. */
export async function listAgentKeys(socketPath: string): Promise<readonly AgentKey[]> {
  if (socketPath === '') return [];
  const reply = await ask(socketPath, Buffer.from([request.identities]), 5);
  if (reply instanceof Error || reply[0] !== answer.identities) return [];
  const reader = new WireReader(reply.subarray(1));
  const keys: AgentKey[] = [];
  for (let left = reader.uint32() ?? 0; left > 0; left--) {
    const blob = reader.string();
    const comment = reader.string();
    if (blob === undefined || comment === undefined) break;
    keys.push({ blob, comment: comment.toString() });
  }
  return keys;
}

/** A signature with its algorithm, made by the agent. It may take as long as its user takes to touch a key or to confirm. */
export async function signByAgent(
  socketPath: string,
  blob: Buffer,
  data: Buffer,
  hash: string | undefined,
): Promise<Buffer> {
  const flag = Buffer.alloc(4);
  flag.writeUInt32BE(flags[hash ?? ''] ?? 0);
  const message = Buffer.concat([Buffer.from([request.sign]), sshString(blob), sshString(data), flag]);
  const reply = await ask(socketPath, message);
  if (reply instanceof Error) throw reply;
  const signature = reply[0] === answer.signature ? new WireReader(reply.subarray(1)).string() : undefined;
  if (signature === undefined) throw new Error('the agent does not sign with it');
  return signature;
}

/** One request and its answer, on a connection of its own. */
function ask(socketPath: string, message: Buffer, timeoutSeconds?: number): Promise<Buffer | Error> {
  return new Promise((resolve) => {
    // An agent that waits for its user must not keep this process when nothing else does.
    const socket = connect(socketPath).unref();
    let received = Buffer.alloc(0);
    const settle = (result: Buffer | Error) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer =
      timeoutSeconds === undefined
        ? undefined
        : setTimeout(() => settle(new Error('the agent does not answer')), timeoutSeconds * 1000);
    socket.once('connect', () => socket.write(sshString(message)));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const whole = received.length < 4 ? undefined : 4 + received.readUInt32BE(0);
      if (whole !== undefined && whole > longestAnswer) settle(new Error('it is no agent'));
      else if (whole !== undefined && received.length >= whole) settle(received.subarray(4, whole));
    });
    socket.once('error', settle);
    socket.once('close', () => settle(new Error('the agent closed the connection')));
  });
}

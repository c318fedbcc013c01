import ssh2, {
  type AnyAuthMethod,
  type Client,
  type IdentityCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2';
import { keyType } from './known-hosts.ts';
import type { Sign } from './sign.ts';
import { sshString } from './wire.ts';

/**
 * ssh2 logs in with plain keys of four types only. Here its client is taught to offer any public key or certificate
 * whose signature someone makes: it finds out, as for every key, whether the server would take it, and asks for a
 * signature if so; what differs is how the request is written.
 */

/** A public key or certificate, and who signs for it. */
export interface OfferedKey {
  readonly blob: Buffer;
  readonly sign: Sign;
}

type AnyKey = string | Buffer | ParsedKey;

/** The method with which ssh2 tries one key. It must be used on a client that `offersAnyKey` has prepared. */
export function offerKey(username: string, offered: OfferedKey): AnyAuthMethod {
  return { type: 'agent', username, agent: new OneKeyAgent(offered) };
}

/** What ssh2 takes for an agent that holds one key. */
class OneKeyAgent extends ssh2.BaseAgent {
  readonly #offered: OfferedKey;

  constructor(offered: OfferedKey) {
    super();
    this.#offered = offered;
  }

  override getIdentities(answer: IdentityCallback<AnyKey>): void {
    answer(undefined, [disguise(this.#offered.blob)]);
  }

  override sign(key: AnyKey, data: Buffer, options: SigningRequestOptions, answer?: SignCallback): void;
  override sign(key: AnyKey, data: Buffer, answer: SignCallback): void;
  override sign(
    _key: AnyKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    given?: SignCallback,
  ): void {
    const answer = typeof options === 'function' ? options : given;
    const hash = typeof options === 'function' ? undefined : options.hash;
    const answered = async (): Promise<void> => {
      try {
        const signature = await this.#offered.sign(data, hash ?? rsaHash(this.#offered.blob));
        answer?.(undefined, signature);
      } catch (error) {
        answer?.(error instanceof Error ? error : new Error(String(error)));
      }
    };
    void answered();
  }
}

/** A public key that ssh2 parses; all that is asked of it is its type and its bytes. */
const mask = `ssh-ed25519 ${Buffer.concat([sshString('ssh-ed25519'), sshString(Buffer.alloc(32))]).toString('base64')}`;

/** A key as ssh2 knows keys, with another type and other bytes. */
export function disguise(blob: Buffer): ParsedKey {
  const key = ssh2.utils.parseKey(mask);
  if (key instanceof Error) throw key;
  return Object.assign(key, { type: keyType(blob) ?? '', getPublicSSH: () => blob });
}

/** ssh2 chooses a hash for plain RSA keys alone. */
function rsaHash(blob: Buffer): string | undefined {
  return keyType(blob) === rsaCertificate ? 'sha512' : undefined;
}

const rsaCertificate = 'ssh-rsa-cert-v01@openssh.com';

/** The name under which a key is offered. */
export function algorithmOf(blob: Buffer): string {
  const type = keyType(blob) ?? '';
  return type === rsaCertificate ? 'rsa-sha2-512-cert-v01@openssh.com' : type;
}

/** What of ssh2's protocol object is used here; 1.17 has it so. */
interface Protocol {
  authPK(user: string, key: ParsedKey, algorithm?: string | SignRequest, sign?: SignRequest): void;
  readonly _kex: { readonly sessionID: Buffer };
  readonly _packetRW: {
    readonly write: {
      readonly allocStart: number;
      alloc(size: number): Buffer;
      finalize(packet: Buffer): Buffer;
    };
  };
  readonly _cipher: { encrypt(packet: Buffer): void };
  readonly _authsQueue: string[];
  readonly _handlers: { USERAUTH_FAILURE: OnRefusal };
}

type OnRefusal = (protocol: unknown, methods: readonly string[], partial: boolean) => void;

type SignRequest = (data: Buffer, done: (signature: Buffer) => void) => void;

/** Prepares a client, once `connect` was called, for the keys of `offerKey`; ssh2 does not tell what a server says that refuses them. */
export function offersAnyKey(
  client: Client,
  onRefusal: (methods: readonly string[], partial: boolean) => void,
): void {
  const protocol: unknown = '_protocol' in client ? client._protocol : undefined;
  if (!isProtocol(protocol)) throw new Error('ssh2 is not the version that pvefleet knows');
  const passOn = protocol._handlers.USERAUTH_FAILURE;
  protocol._handlers.USERAUTH_FAILURE = (self, methods, partial) => {
    onRefusal(methods, partial);
    passOn(self, methods, partial);
  };
  protocol.authPK = (user, key, algorithm, sign) => {
    const signs = typeof algorithm === 'function' ? algorithm : sign;
    const named = typeof algorithm === 'string' ? algorithm : algorithmOf(key.getPublicSSH());
    const request = (signed: boolean) => publicKeyRequest(user, named, key.getPublicSSH(), signed);
    if (signs === undefined) return send(protocol, request(false));
    const unsigned = request(true);
    signs(Buffer.concat([sshString(protocol._kex.sessionID), unsigned]), (signature) =>
      send(protocol, Buffer.concat([unsigned, sshString(signature)])),
    );
  };
}

/** SSH_MSG_USERAUTH_REQUEST for "publickey", up to the signature (RFC 4252, 7). */
function publicKeyRequest(user: string, algorithm: string, blob: Buffer, signed: boolean): Buffer {
  return Buffer.concat([
    Buffer.from([50]),
    sshString(user),
    sshString('ssh-connection'),
    sshString('publickey'),
    Buffer.from([signed ? 1 : 0]),
    sshString(algorithm),
    sshString(blob),
  ]);
}

/** No key exchange goes on during a log-in, so the packet can be sent at once. */
function send(protocol: Protocol, payload: Buffer): void {
  const { write } = protocol._packetRW;
  const packet = write.alloc(payload.length);
  packet.set(payload, write.allocStart);
  protocol._authsQueue.push('publickey');
  protocol._cipher.encrypt(write.finalize(packet));
}

function isProtocol(value: unknown): value is Protocol {
  const parts = ['authPK', '_packetRW', '_authsQueue', '_cipher', '_handlers'];
  return typeof value === 'object' && value !== null && parts.every((part) => part in value);
}

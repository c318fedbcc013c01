import { createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';
import type { Client } from 'ssh2';

/** ssh2's key exchange with curve25519 (RFC 8731), whose steps may be replaced. */
interface Exchange {
  readonly type: string;
  generateKeys(): void;
  getPublicKey(): Buffer;
  computeSecret(theirs: Buffer): Buffer | Error;
}

/**
 * Has a client whose `connect` was called exchange keys with OpenSSL's keys as numbers (JWK): ssh2 writes and reads them
 * as DER, whose decoders cost more than the exchange. Other exchanges stay as they are.
 */
export function useFastExchange(client: Client): void {
  const protocol: unknown = '_protocol' in client ? client._protocol : undefined;
  if (typeof protocol !== 'object' || protocol === null || !('_kex' in protocol)) return;
  let current: unknown = protocol._kex;
  Object.defineProperty(protocol, '_kex', {
    configurable: true,
    get: () => current,
    set: (exchange: unknown) => {
      if (isExchange(exchange) && exchange.type === '25519') makeFast(exchange);
      current = exchange;
    },
  });
}

function makeFast(exchange: Exchange): void {
  const ours = generateKeyPairSync('x25519');
  exchange.generateKeys = () => undefined;
  exchange.getPublicKey = () => Buffer.from(ours.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  exchange.computeSecret = (theirs) => {
    try {
      const key = { kty: 'OKP', crv: 'X25519', x: theirs.toString('base64url') };
      const publicKey = createPublicKey({ key, format: 'jwk' });
      return toMpint(diffieHellman({ privateKey: ours.privateKey, publicKey }));
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  };
}

/** A positive number without needless zeros, as RFC 4251 5 has it; its length is written by ssh2. */
function toMpint(number: Buffer): Buffer {
  const start = number.findIndex((byte) => byte !== 0);
  const digits = number.subarray(start === -1 ? number.length : start);
  return (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), digits]) : digits;
}

function isExchange(value: unknown): value is Exchange {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    ['generateKeys', 'getPublicKey', 'computeSecret'].every(
      (name) => typeof Reflect.get(value, name) === 'function',
    )
  );
}

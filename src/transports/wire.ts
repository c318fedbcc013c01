/** The types of SSH's messages, keys and signatures (RFC 4251, 5). */

/** A "string": its length, then its bytes. */
export function sshString(value: Buffer | string): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A positive "mpint": no leading zeros but one before a high bit. */
export function sshInteger(magnitude: Buffer): Buffer {
  const first = magnitude.findIndex((byte) => byte !== 0);
  if (first < 0) return sshString('');
  const bytes = magnitude.subarray(first);
  const needsZero = ((bytes[0] ?? 0) & 0x80) !== 0;
  return sshString(needsZero ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes);
}

/** Reads values one after the other; each is undefined where the bytes end too early. */
export class WireReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  string(): Buffer | undefined {
    const length = this.uint32();
    return length === undefined ? undefined : this.#take(length);
  }

  uint32(): number | undefined {
    return this.#take(4)?.readUInt32BE(0);
  }

  uint64(): bigint | undefined {
    return this.#take(8)?.readBigUInt64BE(0);
  }

  #take(length: number): Buffer | undefined {
    const start = this.#at;
    if (start + length > this.#bytes.length) return undefined;
    this.#at = start + length;
    return this.#bytes.subarray(start, this.#at);
  }
}

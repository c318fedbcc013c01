import { hash } from 'node:crypto';

/**
 * A password as crypt(3) has it with a setting of SHA-256, "$5$SALT$" or "$5$rounds=N$SALT$": what PVE keeps of a
 * cipassword (PVE::Tools encrypt_pw). Undefined for settings of another kind. By Ulrich Drepper's specification of SHA-crypt.
 */
export function shaCrypt(password: string, setting: string): string | undefined {
  return crypt(password, setting, SHA256);
}

/** The same of SHA-512, "$6$SALT$" or "$6$rounds=N$SALT$". */
export function sha512Crypt(password: string, setting: string): string | undefined {
  return crypt(password, setting, SHA512);
}

/** What tells the two kinds apart. */
interface Kind {
  readonly mark: '5' | '6';
  readonly digest: (...parts: readonly Buffer[]) => Buffer;
  /** The letters of a sum. */
  readonly encode: (sum: Buffer) => string;
}

const digestBy =
  (algorithm: string): Kind['digest'] =>
  (...parts) =>
    hash(algorithm, Buffer.concat(parts), 'buffer');

const SHA256: Kind = { mark: '5', digest: digestBy('sha256'), encode: encode256 };
const SHA512: Kind = { mark: '6', digest: digestBy('sha512'), encode: encode512 };

function crypt(password: string, setting: string, { mark, digest, encode }: Kind): string | undefined {
  const { rounds, salt } =
    new RegExp(String.raw`^\$${mark}\$(?:rounds=(?<rounds>\d+)\$)?(?<salt>[^$]{0,16})\$`, 'u').exec(setting)
      ?.groups ?? {};
  if (salt === undefined) return undefined;
  const key = Buffer.from(password, 'utf8');
  const grain = Buffer.from(salt, 'utf8');
  const count = Math.min(999_999_999, Math.max(1000, Number(rounds ?? 5000)));
  const alternate = digest(key, grain, key);
  const mixed: Buffer[] = [key, grain, repeat(alternate, key.length)];
  for (let bits = key.length; bits > 0; bits >>= 1) mixed.push((bits & 1) === 1 ? alternate : key);
  let sum = digest(...mixed);
  const p = repeat(digest(...Array.from({ length: key.length }, () => key)), key.length);
  const s = repeat(digest(...Array.from({ length: 16 + (sum[0] ?? 0) }, () => grain)), grain.length);
  for (let round = 0; round < count; round++) {
    const odd = (round & 1) === 1;
    const parts = [odd ? p : sum];
    if (round % 3 !== 0) parts.push(s);
    if (round % 7 !== 0) parts.push(p);
    parts.push(odd ? sum : p);
    sum = digest(...parts);
  }
  return `$${mark}$${rounds === undefined ? '' : `rounds=${rounds}$`}${salt}$${encode(sum)}`;
}

const repeat = (block: Buffer, length: number): Buffer =>
  Buffer.concat(Array.from({ length: Math.ceil(length / block.length) }, () => block)).subarray(0, length);

const letters = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

type Triple = readonly [number, number, number];

/** Three bytes, six bits a letter, the lowest first. */
function fourLetters(sum: Buffer, [a, b, c]: Triple): string {
  const at = (index: number): number => sum[index] ?? 0;
  return sixBits((at(a) << 16) | (at(b) << 8) | at(c), 4);
}

const sixBits = (bits: number, length: number): string =>
  Array.from({ length }, (_, each) => letters[(bits >> (6 * each)) & 63]).join('');

/** In crypt's own order: each triple is the one before it turned round and moved up by one: 0 10 20, 21 1 11, 12 22 2, ... */
function encode256(sum: Buffer): string {
  let text = '';
  let triple: Triple = [0, 10, 20];
  for (let each = 0; each < 10; each++) {
    text += fourLetters(sum, triple);
    const [a, b, c] = triple;
    triple = [c + 1, a + 1, b + 1];
  }
  return text + sixBits(((sum[31] ?? 0) << 8) | (sum[30] ?? 0), 3);
}

/** The same, turned the other way: 0 21 42, 22 43 1, 44 2 23, ... */
function encode512(sum: Buffer): string {
  let text = '';
  let triple: Triple = [0, 21, 42];
  for (let each = 0; each < 21; each++) {
    text += fourLetters(sum, triple);
    const [a, b, c] = triple;
    triple = [b + 1, c + 1, a + 1];
  }
  return text + sixBits(sum[63] ?? 0, 2);
}

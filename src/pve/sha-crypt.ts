import { createHash } from 'node:crypto';

/**
 * A password as crypt(3) has it with a setting of SHA-256, "$5$SALT$" or "$5$rounds=N$SALT$": what PVE keeps of a
 * cipassword (PVE::Tools encrypt_pw). Undefined for settings of another kind. By Ulrich Drepper's specification of SHA-crypt.
 */
export function shaCrypt(password: string, setting: string): string | undefined {
  const { rounds, salt } =
    /^\$5\$(?:rounds=(?<rounds>\d+)\$)?(?<salt>[^$]{0,16})\$/u.exec(setting)?.groups ?? {};
  if (salt === undefined) return undefined;
  const key = Buffer.from(password, 'utf8');
  const grain = Buffer.from(salt, 'utf8');
  const count = Math.min(999_999_999, Math.max(1000, Number(rounds ?? 5000)));
  const alternate = sha256(key, grain, key);
  const mixed: Buffer[] = [key, grain, repeat(alternate, key.length)];
  for (let bits = key.length; bits > 0; bits >>= 1) mixed.push((bits & 1) === 1 ? alternate : key);
  let sum = sha256(...mixed);
  const p = repeat(sha256(...Array.from({ length: key.length }, () => key)), key.length);
  const s = repeat(sha256(...Array.from({ length: 16 + (sum[0] ?? 0) }, () => grain)), grain.length);
  for (let round = 0; round < count; round++) {
    const odd = (round & 1) === 1;
    const parts = [odd ? p : sum];
    if (round % 3 !== 0) parts.push(s);
    if (round % 7 !== 0) parts.push(p);
    parts.push(odd ? sum : p);
    sum = sha256(...parts);
  }
  return `$5$${rounds === undefined ? '' : `rounds=${rounds}$`}${salt}$${encode(sum)}`;
}

const sha256 = (...parts: readonly Buffer[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest();

const repeat = (block: Buffer, length: number): Buffer =>
  Buffer.concat(Array.from({ length: Math.ceil(length / block.length) }, () => block)).subarray(0, length);

const letters = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Bytes three by three in crypt's own order, six bits a letter, the lowest first. */
function encode(sum: Buffer): string {
  let text = '';
  const put = (a: number, b: number, c: number, length: number): void => {
    let bits = (a << 16) | (b << 8) | c;
    for (let each = 0; each < length; each++) {
      text += letters[bits & 63];
      bits >>= 6;
    }
  };
  const at = (index: number): number => sum[index] ?? 0;
  // Each triple is the one before it turned round and moved up by one: 0 10 20, 21 1 11, 12 22 2, ...
  let triple: readonly [number, number, number] = [0, 10, 20];
  for (let each = 0; each < 10; each++) {
    const [a, b, c] = triple;
    put(at(a), at(b), at(c), 4);
    triple = [c + 1, a + 1, b + 1];
  }
  put(0, at(31), at(30), 3);
  return text;
}

import { createHash, type Hash } from 'node:crypto';

/** Which byte of the digest stands where in crypt's text, three to four letters (SHA-crypt.txt, step 22). */
const ORDER = [
  [0, 10, 20],
  [21, 1, 11],
  [12, 22, 2],
  [3, 13, 23],
  [24, 4, 14],
  [15, 25, 5],
  [6, 16, 26],
  [27, 7, 17],
  [18, 28, 8],
  [9, 19, 29],
  [-1, 31, 30],
] as const;
const LETTERS = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** crypt(3) with SHA-256 and its 5000 rounds: the text behind "$5$SALT$". */
export function cryptSha256(password: string, salt: string): string {
  const word = Buffer.from(password);
  const b = digest((hash) => hash.update(word).update(salt).update(word));
  const first = digest((hash) => {
    hash.update(word).update(salt);
    for (let left = word.length; left > 0; left -= 32) hash.update(b.subarray(0, Math.min(left, 32)));
    for (let left = word.length; left > 0; left = Math.floor(left / 2))
      hash.update(left % 2 === 1 ? b : word);
  });
  const p = fill(
    digest((hash) => word.forEach(() => hash.update(word))),
    word.length,
  );
  const s = fill(
    digest((hash) => {
      for (let times = 16 + (first[0] ?? 0); times > 0; times--) hash.update(salt);
    }),
    Buffer.byteLength(salt),
  );
  let sum = first;
  for (let round = 0; round < 5000; round++) {
    const before = sum;
    sum = digest((hash) => {
      hash.update(round % 2 === 1 ? p : before);
      if (round % 3 > 0) hash.update(s);
      if (round % 7 > 0) hash.update(p);
      hash.update(round % 2 === 1 ? before : p);
    });
  }
  return ORDER.map((bytes) => letters(bytes.map((at) => sum[at] ?? 0)))
    .join('')
    .slice(0, 43);
}

function digest(feed: (hash: Hash) => unknown): Buffer {
  const hash = createHash('sha256');
  feed(hash);
  return hash.digest();
}

function fill(block: Buffer, length: number): Buffer {
  return Buffer.alloc(length, block);
}

function letters([high = 0, middle = 0, low = 0]: readonly number[]): string {
  const bits = high * 65536 + middle * 256 + low;
  return [0, 6, 12, 18].map((shift) => LETTERS[Math.floor(bits / 2 ** shift) % 64]).join('');
}

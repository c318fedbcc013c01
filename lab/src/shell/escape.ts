/*
 * just-bash holds output as text and cannot tell a Latin-1 byte from a character, so bytes that are no UTF-8 go through it as private-use
 * characters, one for each, and come out as the same bytes.
 */

const FIRST = 0xf700;
const ESCAPED = /[\uf780-\uf7ff]/;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as text; bytes outside UTF-8 as private-use characters. */
export function bytesToText(bytes: Uint8Array): string {
  const text = decode(bytes);
  return text === undefined || ESCAPED.test(text) ? escapeInvalid(bytes) : text;
}

/** The inverse of bytesToText. */
export function textToBytes(text: string): Buffer {
  const bytes = Buffer.from(text);
  return ESCAPED.test(text) ? unescape(bytes) : bytes;
}

/** Text as just-bash keeps it byte by byte: it takes characters up to U+00FF for bytes of UTF-8 where they look like that. */
export function kept(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => String.fromCharCode(byte < 0x80 ? byte : FIRST + byte))
    .join('');
}

/** UTF-8 has the escaped bytes as EF 9E 80 to EF 9F BF; they are made single bytes in place. */
function unescape(bytes: Buffer): Buffer {
  let to = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    const second = byte === 0xef ? (bytes[at + 1] ?? 0) : 0;
    const isEscaped = second === 0x9e || second === 0x9f;
    bytes[to] = isEscaped ? ((second & 1) << 6) | (bytes[at + 2] ?? 0) | 0x80 : byte;
    if (isEscaped) at += 2;
    to += 1;
  }
  return bytes.subarray(0, to);
}

function escapeInvalid(bytes: Uint8Array): string {
  const units = new Uint16Array(bytes.length);
  let count = 0;
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    const code = length === 0 ? FIRST + (bytes[at] ?? 0) : codeAt(bytes, at, length);
    if (code > 0xffff) units[count++] = 0xd7c0 + (code >> 10);
    units[count++] = code > 0xffff ? 0xdc00 | (code & 0x3ff) : code;
    at += Math.max(length, 1);
  }
  return Buffer.from(units.buffer, 0, count * 2).toString('utf16le');
}

/** The smallest code that a sequence of each length may hold. */
const SMALLEST = [0, 0, 0x80, 0x800, 0x10000];

/** Length of the UTF-8 sequence at an offset; 0 if there is none, or one of the characters that stand for bytes. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  for (let next = 1; next < length; next += 1) if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return 0;
  const code = codeAt(bytes, at, length);
  const isHalf = code >= 0xd800 && code <= 0xdfff;
  const standsForByte = code >= 0xf780 && code <= 0xf7ff;
  return code < (SMALLEST[length] ?? 0) || code > 0x10ffff || isHalf || standsForByte ? 0 : length;
}

function codeAt(bytes: Uint8Array, at: number, length: number): number {
  const first = bytes[at] ?? 0;
  let code = length === 1 ? first : first & (0xff >> (length + 1));
  for (let next = 1; next < length; next += 1) code = (code << 6) | ((bytes[at + next] ?? 0) & 0x3f);
  return code;
}

/** Undefined: not UTF-8. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

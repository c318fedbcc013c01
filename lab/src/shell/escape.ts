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
  return text === undefined || ESCAPED.test(text) ? escapeInvalid(Buffer.from(bytes)) : text;
}

/** The inverse of bytesToText. */
export function textToBytes(text: string): Buffer {
  if (!ESCAPED.test(text)) return Buffer.from(text);
  const parts = text.split(/([\uf780-\uf7ff]+)/);
  return Buffer.concat(
    parts.map((part, index) =>
      index % 2 === 0 ? Buffer.from(part) : Buffer.from([...part].map((char) => char.charCodeAt(0) - FIRST)),
    ),
  );
}

/** Text as just-bash keeps it byte by byte: it takes characters up to U+00FF for bytes of UTF-8 where they look like that. */
export function kept(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => String.fromCharCode(byte < 0x80 ? byte : FIRST + byte))
    .join('');
}

function escapeInvalid(bytes: Buffer): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    text +=
      length === 0 ? String.fromCharCode(FIRST + (bytes[at] ?? 0)) : bytes.toString('utf8', at, at + length);
    at += Math.max(length, 1);
  }
  return text;
}

/** Length of the UTF-8 sequence at an offset; 0 if there is none. */
function sequenceLength(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const text = decode(bytes.subarray(at, at + length));
  return text === undefined || ESCAPED.test(text) ? 0 : length;
}

/** Undefined: not UTF-8. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

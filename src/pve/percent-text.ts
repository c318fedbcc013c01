/** Descriptions and other free text as PVE stores it on one line (PVE::ParseUtils encode_text, decode_text). */

/** Control characters, ":", "%" and all that is not ASCII as %XX of their UTF-8 bytes. */
export function encodeText(text: string): string {
  return percentEncode(text, /[^\u0020-\u0024\u0026-\u0039\u003b-\u007e]/gu);
}

/** The text that %XX stands for; bytes that are no UTF-8 become U+FFFD, as in PVE. */
export function decodeText(text: string): string {
  // No character between two escapes has bytes that complete theirs, so each run of escapes can be read by itself.
  return text.replaceAll(/(?:%[0-9a-f]{2})+/giu, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

/** As URI::Escape's uri_escape_utf8 writes it: all but A-Z a-z 0-9 - . _ ~ ! * ' ( ). */
export function encodeUri(text: string): string {
  return percentEncode(text, /[^A-Za-z0-9\-._~!*'()]/gu);
}

function percentEncode(text: string, unsafe: RegExp): string {
  return text.replaceAll(unsafe, (character) =>
    [...Buffer.from(character, 'utf8')]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}

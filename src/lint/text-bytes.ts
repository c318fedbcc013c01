/** How the bytes of a file stand for text. */
export type Encoding = 'utf8' | 'latin1';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Text of any bytes, which bytesOf turns into the same bytes again: UTF-8 where they are that, else one character a byte,
 * as PVE's own Perl reads its files.
 */
export function textOf(bytes: Uint8Array): { readonly text: string; readonly encoding: Encoding } {
  try {
    return { text: utf8.decode(bytes), encoding: 'utf8' };
  } catch {
    return { text: Buffer.from(bytes).toString('latin1'), encoding: 'latin1' };
  }
}

/** The bytes of a text that textOf made. */
export function bytesOf(text: string, encoding: Encoding): Uint8Array {
  return Buffer.from(text, encoding);
}

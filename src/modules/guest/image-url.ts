/** Digits of each checksum that PVE knows (API2/Storage/Status.pm, download_url). */
const DIGITS: Readonly<Record<string, number>> = {
  md5: 32,
  sha1: 40,
  sha224: 56,
  sha256: 64,
  sha384: 96,
  sha512: 128,
};

export const isUrl = (text: string): boolean => /^https?:\/\//u.test(text);

export interface Checksum {
  readonly algorithm: string;
  /** In lower case. */
  readonly hex: string;
}

/** Reads "sha256:0123…"; undefined when it is none. */
export function parseChecksum(text: string): Checksum | undefined {
  const { algorithm = '', hex = '' } =
    /^(?<algorithm>[a-z0-9]+):(?<hex>[0-9a-f]+)$/iu.exec(text)?.groups ?? {};
  const name = algorithm.toLowerCase();
  return Object.hasOwn(DIGITS, name) && DIGITS[name] === hex.length
    ? { algorithm: name, hex: hex.toLowerCase() }
    : undefined;
}

/**
 * The name that an image gets on its storage: its own, the beginning of its checksum, and an ending that PVE takes for an
 * image to import (PVE::Storage UPLOAD_IMPORT_EXT_RE_1). What others call .img is qcow2; PVE looks into it. Undefined when
 * the URL names no image of these.
 */
export function fileNameOf(url: string, checksum: string): string | undefined {
  const path = url.replace(/[?#].*$/u, '');
  const { name, ending } = /\/(?<name>[^/]+)\.(?<ending>qcow2|img|raw|vmdk)$/u.exec(path)?.groups ?? {};
  if (name === undefined || ending === undefined) return undefined;
  const safe = name.replaceAll(/[^a-zA-Z0-9_.-]/gu, '_');
  return `${safe}-${checksum.slice(0, 12)}.${ending === 'img' ? 'qcow2' : ending}`;
}

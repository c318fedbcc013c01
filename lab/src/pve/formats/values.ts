/** Small values that occur all over PVE's configuration: booleans, sizes, lists, encoded text. */

/** `1` or `0` for any of PVE's spellings, undefined for anything else (PVE::JSONSchema::parse_boolean). */
export function parseBoolean(text: string): '1' | '0' | undefined {
  if (/^(1|on|yes|true)$/i.test(text)) return '1';
  if (/^(0|off|no|false)$/i.test(text)) return '0';
  return undefined;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** Bytes of `10`, `512K`, `1.5G`, `2TiB`; undefined for anything else (PVE::JSONSchema::parse_size). */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(?:([KMGT])(?:iB)?)?$/.exec(text);
  if (match === null) return undefined;
  return Math.trunc(Number(match[1]) * (UNITS[match[2] ?? ''] ?? 1));
}

/** Bytes in the largest unit that divides them: 0 is `0T`, 1073741824 is `1G` (PVE::JSONSchema::format_size). */
export function formatSize(bytes: number): string {
  let size = Math.trunc(bytes);
  let unit = '';
  for (const next of ['K', 'M', 'G', 'T']) {
    if (size % 1024 !== 0) break;
    size /= 1024;
    unit = next;
  }
  return `${size}${unit}`;
}

/** Splits at NUL if there is one, else at commas, semicolons and white space (PVE::ParseUtils::split_list). */
export function splitList(text: string): string[] {
  if (text.includes('\0')) return text.split('\0');
  const words = text.replace(/[,;]/g, ' ').replace(/^\s+/, '').split(/\s+/);
  while (words.at(-1) === '') words.pop();
  return words;
}

/** As descriptions stand in a file: control characters, `:`, `%` and all that is not ASCII as %XX of its UTF-8. */
export function encodeText(text: string): string {
  return [...Buffer.from(text, 'utf8')]
    .map((byte) =>
      isPlain(byte) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');
}

function isPlain(byte: number): boolean {
  return byte >= 0x20 && byte <= 0x7e && byte !== 0x25 && byte !== 0x3a;
}

/** The text that `encodeText` made; a `%` that begins no code stands for itself. */
export function decodeText(text: string): string {
  const bytes: number[] = [];
  const source = Buffer.from(text, 'utf8');
  for (let at = 0; at < source.length; at += 1) {
    const code =
      source[at] === 0x25 ? /^%([0-9A-Fa-f]{2})$/.exec(source.toString('latin1', at, at + 3)) : null;
    bytes.push(code === null ? (source[at] ?? 0) : Number.parseInt(code[1] ?? '', 16));
    if (code !== null) at += 2;
  }
  return Buffer.from(bytes).toString('utf8');
}

/** Perl's `split(/\n/, text)`: empty pieces at the end are dropped. */
export function splitLines(text: string): string[] {
  const lines = text.split('\n');
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

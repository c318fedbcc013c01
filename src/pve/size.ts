/** Sizes as PVE writes them: a number with K, M, G or T, powers of 1024 (PVE::JSONSchema parse_size, format_size). */

const units = ['', 'K', 'M', 'G', 'T'] as const;

/** Bytes of "20G", "0.5G", "20480M", "1073741824", "4MiB"; undefined when PVE does not take the text as a size. */
export function parseSize(text: string): number | undefined {
  const match = /^(?<number>\d+(?:\.\d+)?)(?:(?<unit>[KMGT])(?:iB)?)?$/u.exec(text);
  const { number, unit } = match?.groups ?? {};
  if (number === undefined) return undefined;
  const power = units.findIndex((name) => name === (unit ?? ''));
  return Math.trunc(Number(number) * 1024 ** power);
}

/** The text that PVE writes for that many bytes: the largest unit that leaves a whole number (and so "0T" for none). */
export function formatSize(bytes: number): string {
  let size = Math.trunc(bytes);
  let power = 0;
  while (power < units.length - 1 && size % 1024 === 0) {
    size /= 1024;
    power += 1;
  }
  return `${size}${units[power]}`;
}

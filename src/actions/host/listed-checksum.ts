/**
 * The digits of a file in the text of a list of checksums, as sha256sum(1) writes it, with "./" before names or without; a text
 * of one word is they themselves. Undefined: it is not listed.
 */
export function listedChecksum(text: string, name: string): string | undefined {
  const lines = text.split('\n').filter((line) => line !== '');
  const [only = ''] = lines;
  if (lines.length === 1 && /^\s*\S+\s*$/u.test(only)) return only.trim().toLowerCase();
  const found = lines
    .map((line) => /^(?<digits>\S+) [ *]?(?<name>.*)$/u.exec(line)?.groups)
    .find((groups) => groups?.['name']?.replace(/^[./]+/u, '') === name);
  return found?.['digits']?.toLowerCase();
}

import { maskText } from '../text/mask.ts';

/** Lines of PVE's files that hold a secret, as the probe has it (snapshot/probe.sh); what stands before the value. */
const secretLine =
  /^(?:cipassword:|[ \t]+(?:password|keyring|client-key|token|key|secret|wpa-psk|wireless-key)[ \t]|[ \t]*key[ \t]*=|[ \t]+tfa[ \t].*key=|http_proxy:.*@|user:(?:[^:]*:){7}[^:x])/u;
const beforeValue = /^(?:user:(?:[^:]*:){7}|[ \t]*[^ \t:=]+[ \t]*[:=]?[ \t]*)/u;

/** The value of a line that holds a secret. */
export function secretIn(line: string): string | undefined {
  return secretLine.test(line) ? line.slice((beforeValue.exec(line)?.[0] ?? '').length) : undefined;
}

/** The text of a file with a marker in the place of each secret; its lines stay the same in number and order. */
export function withoutSecrets(text: string, marker: string): string {
  return text
    .split('\n')
    .map((line) => {
      const value = secretIn(line);
      return value === undefined ? line : `${line.slice(0, line.length - value.length)}${marker}`;
    })
    .join('\n');
}

/** A sentence about one line of a file, without the secret of that line. */
export function withoutSecretOf(line: string, sentence: string): string {
  const value = secretIn(line)?.trim() ?? '';
  if (value === '') return sentence;
  // Sentences may quote a part of the line, cut or split at commas.
  const parts = [value, ...value.split(/[\s,]+/u).map((part) => part.replace(/^[\w-]+=/u, ''))];
  return parts
    .filter((part) => part.length > 3 || part === value)
    .toSorted((a, b) => b.length - a.length)
    .reduce((masked, part) => masked.replaceAll(part, maskText), sentence);
}

/** The probe's marks of secrets without their salted hashes, which only the process that gave the salt can compare. */
export function withoutHashes(text: string): string {
  return text.replaceAll(/<secret:[^>]*>/gu, '<secret>');
}

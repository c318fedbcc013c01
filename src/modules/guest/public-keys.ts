import { decodeText, encodeUri } from '../../pve/percent-text.ts';
import type { Parsed } from './parse-option.ts';

/** What PVE takes for a public key (PVE::Tools validate_ssh_public_keys). */
const KEY =
  /^(?:.*\s)?(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-nistp(?:256|384|521)|sk-[a-z0-9@.-]+)\s+AAAA[A-Za-z0-9+/]+={0,3}(?:\s.*)?$/u;

/** Public keys, a list or lines, as PVE keeps them: one text, URL-encoded. */
export function parseKeys(value: unknown): Parsed {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const wrong = (message: string): Parsed => ({ value: null, problems: [{ path: [], message }] });
  if (!items.every((item) => typeof item === 'string'))
    return wrong('public keys are wanted, a list or lines');
  const [only = ''] = items;
  // As it stands in a config, which is what an export has.
  const text = items.length === 1 && /^\S*%20\S*$/u.test(only) ? decodeText(only) : items.join('\n');
  const keys = keyLines(text);
  const bad = keys.find((key) => !KEY.test(key));
  if (bad !== undefined)
    return wrong(
      `"${bad.length > 40 ? `${bad.slice(0, 37)}...` : bad}" is no public key; one like "ssh-ed25519 AAAA..." is wanted`,
    );
  return keys.length === 0
    ? wrong('it is empty; public keys are wanted, or null for none')
    : { value: keysText(keys), problems: [] };
}

/** The keys of PVE's text as people write them. */
export function decodeKeys(text: string): readonly string[] {
  return keyLines(decodeText(text));
}

/** Whether two texts hold the same keys; their order means nothing. */
export function sameKeys(a: string | undefined, b: string | undefined): boolean {
  const set = (text: string | undefined): string =>
    [...new Set(text === undefined ? [] : decodeKeys(text))].sort().join('\n');
  return set(a) === set(b);
}

const keysText = (keys: readonly string[]): string => encodeUri(`${keys.join('\n')}\n`);

const keyLines = (text: string): readonly string[] =>
  text
    .split(/\r?\n/u)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

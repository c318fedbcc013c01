import { createHash } from 'node:crypto';
import { shaCrypt } from '../../pve/sha-crypt.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

/** Stands for the value of a secret option wherever a plan, a prediction or a message would have it. */
export const SECRET = '<secret>';

/**
 * Whether a secret that is set is the wanted one (pitfalls 11). What the probe lets through is a salted hash of what
 * PVE keeps, which is the password itself or, with its setting beside the hash, a crypted one.
 */
export function sameSecret(
  { secretSalt }: Snapshot,
  text: string,
  wanted: string,
): 'same' | 'different' | 'unknown' {
  const { hash, setting } =
    /^<secret:(?<hash>[0-9a-f]{40})(?::(?<setting>\$.*))?>$/u.exec(text)?.groups ?? {};
  if (hash === undefined || secretSalt === undefined) return 'unknown';
  const crypted = setting === undefined ? undefined : shaCrypt(wanted, setting);
  const kept = crypted === undefined ? [wanted] : [crypted, wanted];
  return kept.some((each) => createHash('sha1').update(`${secretSalt}${each}`).digest('hex') === hash)
    ? 'same'
    : 'different';
}

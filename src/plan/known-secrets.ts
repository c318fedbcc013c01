import { createHmac } from 'node:crypto';

/** What earlier runs have set where it can't be read back: hashes that say nothing without their key. */
export interface KnownSecrets {
  /** 32 random bytes in hex. */
  readonly key: string;
  /** By the secret's name in plans ("vm/100@lab cipassword"). */
  readonly hashes: Readonly<Record<string, string>>;
}

/** HMAC-SHA-256 of a secret's name and value: equal passwords of two guests have different hashes. */
export function secretHash(key: string, name: string, value: string): string {
  return createHmac('sha256', Buffer.from(key, 'hex')).update(`${name}\0${value}`).digest('hex');
}

/** Whether a secret is the one that was set last; unknown: no run of ours has set it. */
export function sameAsLastSet(
  known: KnownSecrets | undefined,
  name: string,
  value: string,
): 'same' | 'different' | 'unknown' {
  const hash = known?.hashes[name];
  if (known === undefined || hash === undefined) return 'unknown';
  return secretHash(known.key, name, value) === hash ? 'same' : 'different';
}

import { createHash } from 'node:crypto';
import { die } from '../failure.ts';
import type { Json } from '../pvesh/format.ts';

type Row = { readonly [key: string]: Json };

/** SHA-1 over all keys and values, each row's by name (PVE::Firewall copy_list_with_digest). */
export function listDigest(rows: readonly Row[]): string {
  const hash = createHash('sha1');
  for (const row of rows)
    for (const key of Object.keys(row).toSorted()) hash.update(`${key}:${text(row[key])}\n`);
  return hash.digest('hex');
}

function text(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Rows with the digest of all in each. */
export function withDigest(rows: readonly Row[]): readonly Row[] {
  const digest = listDigest(rows);
  return rows.map((row) => ({ ...row, digest }));
}

/** Refuses what was made for another state. Throws Failure. */
export function checkDigest(rows: readonly Row[], digest: string | undefined): void {
  if (digest !== undefined && digest !== listDigest(rows))
    die('detected modified configuration - file changed by other user? Try again.');
}

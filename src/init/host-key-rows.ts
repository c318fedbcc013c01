import { fingerprint, keyType } from '../transports/known-hosts.ts';
import type { Scanned } from './scan-keys.ts';

/** What is to become of a member's host key. */
export interface HostKeyRow {
  readonly name: string;
  readonly address: string;
  readonly type?: string;
  readonly fingerprint?: string;
  /**
   * `known`: in a known_hosts file already. `recorded`: the cluster itself knows the member by it. `new`: nobody vouches
   * for it. `refused`: it is another one than is known, or a revoked one. `silent`: none was shown.
   */
  readonly standing: 'known' | 'recorded' | 'new' | 'refused' | 'silent';
  /** The line of known_hosts without its name; undefined where the key is not to be taken. */
  readonly line?: { readonly host: string; readonly port: number; readonly key: string };
}

/** How a scanned member's key stands. */
export function hostKeyRow({ member, node, seen, recorded }: Scanned): HostKeyRow {
  const { name } = member;
  const { host: address } = node.connection;
  if (seen === undefined) return { name, address, standing: 'silent' };
  const { key, knownAs, verdict } = seen;
  const type = keyType(key) ?? 'unknown';
  const standing =
    verdict.kind === 'known'
      ? recorded
        ? 'recorded'
        : 'known'
      : verdict.kind === 'unknown'
        ? 'new'
        : 'refused';
  return {
    name,
    address,
    type,
    fingerprint: fingerprint(key),
    standing,
    ...(standing !== 'refused' && { line: { ...knownAs, key: `${type} ${key.toString('base64')}` } }),
  };
}

const words: Readonly<Record<HostKeyRow['standing'], string>> = {
  known: 'known already',
  recorded: 'as the cluster records it',
  new: 'new',
  refused: 'NOT the one that is known',
  silent: 'no answer',
};

/** What --json says of a member. */
export function rowJson({ line: _line, ...shown }: HostKeyRow): Omit<HostKeyRow, 'line'> {
  return shown;
}

/** Cells of a table: name, address, key, standing. */
export function rowCells({
  name,
  address,
  type,
  fingerprint: print,
  standing,
}: HostKeyRow): readonly string[] {
  return [name, address, print === undefined ? '-' : `${type} ${print}`, words[standing]];
}

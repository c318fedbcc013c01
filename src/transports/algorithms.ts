import type { Algorithms } from 'ssh2';
import { fail, ok, type Result } from '../diagnostic.ts';
import { type HostLines, knownTypes } from './known-hosts.ts';
import type { AlgorithmList, Route } from './route.ts';
import { unreachable } from './trouble.ts';
import { matchesPatterns } from './wildcards.ts';

/** What is offered without a word from the user: AES-GCM and curve25519 first, nothing with SHA-1. */
const offered = {
  kexalgorithms: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group16-sha512',
  ],
  ciphers: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes128-ctr',
    'aes256-ctr',
  ],
  macs: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  hostkeyalgorithms: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ],
} as const satisfies Record<AlgorithmList, readonly string[]>;

/** What ssh2 can do beside that, for who asks for it. */
const possible = {
  kexalgorithms: [
    'diffie-hellman-group15-sha512',
    'diffie-hellman-group17-sha512',
    'diffie-hellman-group18-sha512',
    'diffie-hellman-group-exchange-sha1',
    'diffie-hellman-group14-sha1',
    'diffie-hellman-group1-sha1',
  ],
  ciphers: ['aes192-ctr', 'aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'],
  macs: ['hmac-sha1-etm@openssh.com', 'hmac-sha1', 'hmac-md5'],
  hostkeyalgorithms: ['ssh-rsa', 'ssh-dss'],
} as const satisfies Record<AlgorithmList, readonly string[]>;

type Name<List extends AlgorithmList> = (typeof offered)[List][number] | (typeof possible)[List][number];

/** The algorithms to offer a server; of host keys only those of the types that known_hosts has for it, all when it has none. */
export function algorithmsFor(
  { node, algorithms }: Pick<Route, 'node' | 'algorithms'>,
  lines: HostLines,
): Result<Algorithms> {
  const kex = choose('kexalgorithms', algorithms.kexalgorithms);
  const cipher = choose('ciphers', algorithms.ciphers);
  const hmac = choose('macs', algorithms.macs);
  const hostKeys = choose('hostkeyalgorithms', algorithms.hostkeyalgorithms);
  for (const [keyword, names] of Object.entries({
    kexalgorithms: kex,
    ciphers: cipher,
    macs: hmac,
    hostkeyalgorithms: hostKeys,
  })) {
    if (names.length === 0)
      return fail(
        unreachable(
          node,
          'algorithms',
          `its ssh configuration leaves no ${keyword} that pvefleet's own ssh has`,
          `name others in ${keyword}, or let the system's ssh connect, with "pvefleet_transport: openssh" in the inventory`,
        ),
      );
  }
  const known = knownTypes(lines);
  const fitting = hostKeys.filter((name) => known.includes(keyTypeOf(name)));
  return ok({
    kex,
    cipher,
    hmac,
    compress: ['none'],
    serverHostKey: fitting.length > 0 ? fitting : hostKeys,
  });
}

/** A list as ssh_config has it: names, or "+", "-" or "^" and what is added to ours, taken from it, or put before it. */
function choose<List extends AlgorithmList>(list: List, written: string | undefined): Name<List>[] {
  const ours: readonly Name<List>[] = offered[list];
  const all: readonly Name<List>[] = [...ours, ...possible[list]];
  if (written === undefined) return [...ours];
  const [, sign, rest = ''] = /^([+^-]?)(.*)$/u.exec(written) ?? [];
  const names = rest.split(',');
  const named = names.flatMap((name) => all.filter((one) => one === name));
  if (sign === '-') return ours.filter((name) => !matchesPatterns(names, name));
  if (sign === '+') return [...new Set([...ours, ...named])];
  return [...new Set(sign === '^' ? [...named, ...ours] : named)];
}

/** The key type that a signature algorithm is for. */
function keyTypeOf(algorithm: string): string {
  return algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm;
}

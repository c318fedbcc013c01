import { createHash, createHmac } from 'node:crypto';
import { matchesWildcards } from './wildcards.ts';

/** One usable line of a known_hosts file; sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". */
export interface KnownHost {
  /** Patterns in lower case, or one hashed name. */
  readonly hosts: readonly string[];
  readonly marker?: 'revoked' | 'cert-authority';
  readonly type: string;
  readonly key: Buffer;
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
}

/** The known_hosts lines that speak of one server. */
export interface HostLines {
  readonly own: readonly KnownHost[];
  /** For a server on another port than 22 that no own line vouches for: lines of the host alone, which may. */
  readonly otherPort: readonly KnownHost[];
}

/** What the known_hosts lines of one server say about a key that it shows. */
export type Verdict =
  /** With the first line that vouches for the key. */
  | { readonly kind: 'known'; readonly known: KnownHost }
  /** With the line of a certificate authority, where that is all there is: certificates of hosts are not supported. */
  | { readonly kind: 'unknown'; readonly authority?: KnownHost }
  | { readonly kind: 'changed'; readonly known: KnownHost }
  | { readonly kind: 'revoked'; readonly known: KnownHost };

/** The lines of a known_hosts file that can be used; comments and what does not parse are passed over. */
export function parseKnownHosts(text: string, file: string): readonly KnownHost[] {
  const hosts: KnownHost[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const host = parseLine(line, file, index + 1);
    if (host !== undefined) hosts.push(host);
  }
  return hosts;
}

/** The name a server has in known_hosts: the host alone on port 22, else "[host]:port". */
export function knownHostName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

/** The lines that speak of this server. */
export function linesFor(hosts: readonly KnownHost[], host: string, port: number): HostLines {
  const named = (name: string) => hosts.filter((known) => matchesHosts(known.hosts, name));
  const own = named(knownHostName(host, port));
  return { own, otherPort: port === 22 || own.some(vouches) ? [] : named(knownHostName(host, 22)) };
}

/** Key types that a server is known by, without repetition; empty when it is not known. */
export function knownTypes(lines: HostLines): readonly string[] {
  return [...new Set(lines.own.filter(vouches).map((known) => known.type))];
}

/**
 * Judges the key that a server shows. One revoked line outweighs all others; another key of the host alone is no
 * change for another port (as in OpenSSH).
 */
export function judgeHostKey({ own, otherPort }: HostLines, key: Buffer): Verdict {
  const same = [...own, ...otherPort].filter((known) => known.key.equals(key));
  const revoked = same.find((known) => known.marker === 'revoked');
  if (revoked !== undefined) return { kind: 'revoked', known: revoked };
  const voucher = same.find(vouches);
  if (voucher !== undefined) return { kind: 'known', known: voucher };
  const others = own.filter(vouches);
  const changed = others.find((known) => known.type === keyType(key)) ?? others[0];
  if (changed !== undefined) return { kind: 'changed', known: changed };
  const authority = own.find((known) => known.marker === 'cert-authority');
  return authority === undefined ? { kind: 'unknown' } : { kind: 'unknown', authority };
}

/** The type a public key says it has ("ssh-ed25519"): the first string of its binary form, RFC 4253 6.6. */
export function keyType(key: Buffer): string | undefined {
  if (key.length < 4) return undefined;
  const end = 4 + key.readUInt32BE(0);
  return end > key.length ? undefined : key.toString('latin1', 4, end);
}

/** "SHA256:..." as ssh-keygen -l prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/u, '')}`;
}

function vouches(known: KnownHost): boolean {
  return known.marker === undefined;
}

function parseLine(line: string, file: string, number: number): KnownHost | undefined {
  const match =
    /^\s*(?:@(?<marker>revoked|cert-authority)\s+)?(?<hosts>[^\s#@]\S*)\s+(?<type>\S+)\s+(?<base64>[A-Za-z0-9+/]+=*)(?:\s|$)/u.exec(
      line,
    );
  const { marker, hosts, type, base64 } = match?.groups ?? {};
  if (hosts === undefined || type === undefined || base64 === undefined) return undefined;
  const key = Buffer.from(base64, 'base64');
  if (keyType(key) !== type) return undefined;
  const names = hosts.startsWith('|') ? [hosts] : hosts.toLowerCase().split(',');
  const known = { hosts: names, type, key, file, line: number };
  return marker === 'revoked' || marker === 'cert-authority' ? { ...known, marker } : known;
}

function matchesHosts(hosts: readonly string[], name: string): boolean {
  let matched = false;
  for (const pattern of hosts) {
    const negated = pattern.startsWith('!');
    if (
      !(pattern.startsWith('|')
        ? matchesHash(pattern, name)
        : matchesWildcards(negated ? pattern.slice(1) : pattern, name))
    )
      continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

/** "|1|salt|hash": the HMAC-SHA1 of the name with that salt. */
function matchesHash(hashed: string, name: string): boolean {
  const [, version, salt, hash] = hashed.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

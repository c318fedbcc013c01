import type { Diagnostic } from '../diagnostic.ts';
import { shJoin, shQuote } from '../text/sh-quote.ts';
import { fingerprint, keyType, knownHostName, type KnownHost, type Verdict } from './known-hosts.ts';
import { formatJumpHosts } from './jump-hosts.ts';
import type { Route } from './route.ts';
import { unreachable } from './trouble.ts';

/** What of a route a host key is looked up and accepted by. */
type KeyRoute = Pick<Route, 'node' | 'knownAs' | 'through'>;

/** Why the key that a server shows is not trusted, and what to do; undefined when it is. */
export function hostKeyRefusal(route: KeyRoute, verdict: Verdict, key: Buffer): Diagnostic | undefined {
  const { node } = route;
  const shown = `${keyType(key) ?? 'unknown'} ${fingerprint(key)}`;
  switch (verdict.kind) {
    case 'known':
      return undefined;
    case 'unknown':
      return unreachable(
        node,
        'host-key-unknown',
        `its host key ${shown} is in no known_hosts file${authorityNote(verdict.authority)}; it must be there before anything is sent`,
        acceptHint(route, key),
      );
    case 'changed':
      return unreachable(
        node,
        'host-key-changed',
        `its host key has changed: it shows ${shown}, known is ${verdict.known.type} ${fingerprint(verdict.known.key)} (${place(verdict.known)}); either the node was installed anew or somebody answers in its place`,
        `only if the node has a new key: ${forget(route, verdict.known.file)}; then ${acceptHint(route, key)}`,
      );
    case 'revoked':
      return unreachable(
        node,
        'host-key-revoked',
        `its host key ${shown} is marked @revoked (${place(verdict.known)}); a key that is not revoked is wanted`,
        'give the node a new host key: on its console, remove /etc/ssh/ssh_host_*_key and run "dpkg-reconfigure openssh-server"',
      );
  }
}

/** A server that has no key of the types it is known by. */
export function noKnownTypeRefusal(route: KeyRoute, known: readonly KnownHost[]): Diagnostic {
  const { node } = route;
  const lines = known.map((line) => `${line.type} (${place(line)})`).join(', ');
  const [first] = known;
  return unreachable(
    node,
    'host-key-changed',
    `it has no host key of a type it is known by: known is ${lines}; either the node was installed anew or somebody answers in its place`,
    first === undefined
      ? undefined
      : `look at the keys it has ("ssh-keygen -lf FILE" for each /etc/ssh/ssh_host_*_key.pub on its console); only if the node has new ones: ${forget(route, first.file)}; then ${accept(route, first.file)}`,
  );
}

function authorityNote(authority: KnownHost | undefined): string {
  return authority === undefined
    ? ''
    : ` (only a @cert-authority, ${place(authority)}, and of host certificates only the system's ssh knows: "pvefleet_transport: openssh")`;
}

/** How to compare the fingerprint, and the command that accepts the key. */
function acceptHint(route: KeyRoute, key: Buffer): string {
  const kind = (keyType(key) ?? '').replace(/^ssh-/u, '').replace(/^ecdsa-.*/u, 'ecdsa');
  const [file] = route.node.connection.knownHosts;
  const onConsole = `ssh-keygen -lf /etc/ssh/ssh_host_${kind}_key.pub`;
  return `compare the fingerprint first ("${onConsole}" on the node's console), and if it is the same: ${accept(route, file, kind)}`;
}

/** ssh-keyscan goes straight to a host and knows it by its address; on any other way, or by another name, ssh itself must ask. */
function accept({ node, knownAs, through }: KeyRoute, file: string | undefined, kind?: string): string {
  const { host, port, user } = node.connection;
  if (through.kind === 'direct' && knownAs.host === host) {
    const type = kind === undefined ? [] : ['-t', kind];
    const scan = shJoin(['ssh-keyscan', ...type, '-p', String(port), host]);
    return `${scan} >> ${file === undefined ? '~/.ssh/known_hosts' : shQuote(file)}`;
  }
  const options = [
    ...(through.kind === 'jump' ? ['-J', formatJumpHosts(through.hosts)] : []),
    ...(through.kind === 'command' ? ['-o', `ProxyCommand=${through.command}`] : []),
    ...(knownAs.host === host ? [] : ['-o', `HostKeyAlias=${knownAs.host}`]),
    ...(file === undefined ? [] : ['-o', `UserKnownHostsFile=${file}`]),
  ];
  return `${shJoin(['ssh', ...options, '-p', String(port), `${user}@${host}`, 'exit'])}, and say yes`;
}

function forget({ knownAs: { host, port } }: KeyRoute, file: string): string {
  return shJoin(['ssh-keygen', '-R', knownHostName(host, port), '-f', file]);
}

function place(known: KnownHost): string {
  return `${known.file}:${known.line}`;
}

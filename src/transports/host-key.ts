import type { Diagnostic } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { shJoin, shQuote } from '../text/sh-quote.ts';
import { fingerprint, keyType, knownHostName, type KnownHost, type Verdict } from './known-hosts.ts';
import { unreachable } from './trouble.ts';

/** The host and port that known_hosts names. */
interface KnownAs {
  readonly host: string;
  readonly port: number;
}

/** A key as people compare it. */
export interface ShownKey {
  readonly type: string;
  readonly fingerprint: string;
}

/** Why the key that a server shows is not trusted, and what to do; undefined when it is. */
export function hostKeyRefusal(
  node: Node,
  verdict: Verdict,
  key: Buffer,
  knownAs: KnownAs = node.connection,
): Diagnostic | undefined {
  return shownKeyRefusal(
    node,
    verdict,
    { type: keyType(key) ?? 'unknown', fingerprint: fingerprint(key) },
    knownAs,
  );
}

/** The same, where only the type and the fingerprint of the key are known. */
export function shownKeyRefusal(
  node: Node,
  verdict: Verdict,
  key: ShownKey,
  knownAs: KnownAs,
): Diagnostic | undefined {
  const shown = `${key.type} ${key.fingerprint}`;
  switch (verdict.kind) {
    case 'known':
      return undefined;
    case 'unknown':
      return unreachable(
        node,
        'host-key-unknown',
        `its host key ${shown} is in no known_hosts file${authorityNote(verdict.authority)}; it must be there before anything is sent`,
        acceptHint(node, key),
      );
    case 'changed':
      return unreachable(
        node,
        'host-key-changed',
        `its host key has changed: it shows ${shown}, known is ${verdict.known.type} ${fingerprint(verdict.known.key)} (${place(verdict.known)}); either the node was installed anew or somebody answers in its place`,
        `only if the node has a new key: ${forget(knownAs, verdict.known.file)}; then ${acceptHint(node, key)}`,
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
export function noKnownTypeRefusal(node: Node, known: readonly KnownHost[]): Diagnostic {
  const lines = known.map((line) => `${line.type} (${place(line)})`).join(', ');
  const [first] = known;
  return unreachable(
    node,
    'host-key-changed',
    `it has no host key of a type it is known by: known is ${lines}; either the node was installed anew or somebody answers in its place`,
    first === undefined
      ? undefined
      : `look at the keys it has with ${keyscan(node)}; only if they are the node's own: ${forget(node.connection, first.file)}; ${keyscan(node)} >> ${shQuote(first.file)}`,
  );
}

function authorityNote(authority: KnownHost | undefined): string {
  return authority === undefined
    ? ''
    : ` (only a @cert-authority, ${place(authority)}, and host certificates are not supported)`;
}

/** How to compare the fingerprint, and the command that accepts the key. */
function acceptHint(node: Node, key: ShownKey): string {
  const kind = key.type.replace(/^ssh-/u, '').replace(/^ecdsa-.*/u, 'ecdsa');
  const [file] = node.connection.knownHosts;
  const onConsole = `ssh-keygen -lf /etc/ssh/ssh_host_${kind}_key.pub`;
  return `compare the fingerprint first ("${onConsole}" on the node's console), and if it is the same: ${keyscan(node, kind)} >> ${file === undefined ? '~/.ssh/known_hosts' : shQuote(file)}`;
}

function keyscan(node: Node, kind?: string): string {
  const { host, port } = node.connection;
  return shJoin(['ssh-keyscan', ...(kind === undefined ? [] : ['-t', kind]), '-p', String(port), host]);
}

function forget({ host, port }: KnownAs, file: string): string {
  return shJoin(['ssh-keygen', '-R', knownHostName(host, port), '-f', file]);
}

function place(known: KnownHost): string {
  return `${known.file}:${known.line}`;
}

import { readFile } from 'node:fs/promises';
import type { Diagnostic } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { shownKeyRefusal } from './host-key.ts';
import { fingerprint, type KnownHost, parseKnownHosts, type Verdict } from './known-hosts.ts';

/** Why ssh does not trust a host key, in our words; undefined where ssh's do not say. */
export async function opensshKeyTrouble(node: Node, text: string): Promise<Diagnostic | undefined> {
  const shown = /^debug1: Server host key: (\S+) (SHA256:\S+)$/mu.exec(text);
  const [, type, print] = shown ?? [];
  if (type === undefined || print === undefined) return undefined;
  const verdict = await verdictOf(node, text, print);
  if (verdict === undefined) return undefined;
  const route = { node, knownAs: knownAs(node, text), through: { kind: 'direct' } } as const;
  return shownKeyRefusal(route, verdict, { type, fingerprint: print });
}

async function verdictOf(node: Node, text: string, print: string): Promise<Verdict | undefined> {
  if (/REVOKED HOST KEY DETECTED/u.test(text)) {
    const lines = (await Promise.all(node.connection.knownHosts.map(read))).flat();
    const known = lines.find((line) => line.marker === 'revoked' && fingerprint(line.key) === print);
    return known && { kind: 'revoked', known };
  }
  const [, file, line] = /^Offending \S+ key in (.+):(\d+)$/mu.exec(text) ?? [];
  if (file === undefined) return /No \S+ host key is known for/u.test(text) ? { kind: 'unknown' } : undefined;
  const known = (await read(file)).find((host) => host.line === Number(line));
  return known && { kind: 'changed', known };
}

/** The name that ssh looked for in known_hosts. */
function knownAs({ connection }: Node, text: string): { host: string; port: number } {
  const [, name] =
    /^(?:Host key for|No \S+ host key is known for) (\S+) (?:has changed )?and you have/mu.exec(text) ?? [];
  if (name === undefined) return connection;
  const [, host, port] = /^\[(.*)\]:(\d+)$/u.exec(name) ?? [];
  return host === undefined ? { host: name, port: 22 } : { host, port: Number(port) };
}

async function read(file: string): Promise<readonly KnownHost[]> {
  return parseKnownHosts(await readFile(file, 'utf8').catch(() => ''), file);
}

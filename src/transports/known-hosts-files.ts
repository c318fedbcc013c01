import { readFile } from 'node:fs/promises';
import { fail, ok, type Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { type KnownHost, parseKnownHosts } from './known-hosts.ts';
import { unreachable } from './trouble.ts';

/** Makes the function that reads all known_hosts files of a node; each file is read and parsed once. A file that is not there is empty. */
export function createKnownHostsReader(): (node: Node) => Promise<Result<readonly KnownHost[]>> {
  const files = new Map<string, Promise<readonly KnownHost[] | Error>>();
  const read = (path: string): Promise<readonly KnownHost[] | Error> => {
    const reading = files.get(path) ?? readKnownHosts(path);
    files.set(path, reading);
    return reading;
  };
  return async (node) => {
    const hosts: (readonly KnownHost[])[] = [];
    for (const path of node.connection.knownHosts) {
      const found = await read(path);
      if (found instanceof Error)
        return fail(
          unreachable(node, 'known-hosts', `its known_hosts file ${path} cannot be read: ${found.message}`),
        );
      hosts.push(found);
    }
    return ok(hosts.flat());
  };
}

async function readKnownHosts(path: string): Promise<readonly KnownHost[] | Error> {
  try {
    return parseKnownHosts(await readFile(path, 'utf8'), path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    return error instanceof Error ? error : new Error(String(error));
  }
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestServer } from '../openssh-server.ts';

/** Writes an inventory of pve1 to pve3, all of them the one server, and pve8 and pve9, which nobody answers for. */
export async function writeFleetInventory(server: TestServer): Promise<string> {
  const path = join(server.directory, 'hosts.yml');
  await writeFile(
    join(server.directory, 'known_hosts'),
    `[127.0.0.1]:${server.port} ${server.hostKeys[0]}\n`,
  );
  await writeFile(
    path,
    `
all:
  vars:
    ansible_host: 127.0.0.1
    ansible_user: ${server.user}
    ansible_ssh_private_key_file: ${server.keyFile}
    pvefleet_known_hosts: known_hosts
  children:
    up: { hosts: { "pve[1:3]": }, vars: { ansible_port: ${server.port} } }
    down: { hosts: { "pve[8:9]": }, vars: { ansible_port: 1 } }
`,
  );
  return path;
}

import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCli, runCliIn } from './run-cli.ts';

/** An inventory of one node that takes a connection and says nothing, which is when the user presses Ctrl-C. */
async function silentNode() {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-interrupted-'));
  const interrupt = new AbortController();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    interrupt.abort();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    await rm(directory, { recursive: true });
  });
  const inventory = join(directory, 'hosts.yml');
  const { port } = server.address() as AddressInfo;
  const hostKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGk7Yl5mKcOZ1eVTeVwVYLCwTzAH5rcLTzAHvTBzJPpK';
  await writeFile(join(directory, 'known_hosts'), `[127.0.0.1]:${port} ${hostKey}\n`);
  await writeFile(
    inventory,
    `all: { hosts: { pve1: { ansible_host: 127.0.0.1, ansible_port: ${port}, ansible_user: root, ansible_password: secret-word, pvefleet_known_hosts: known_hosts } } }\n`,
  );
  const path = async (name: string, text: string): Promise<string> => {
    await writeFile(join(directory, name), text);
    return join(directory, name);
  };
  return { inventory, interrupt, path, state: join(directory, 'state') };
}

test.each([
  ['apply', 'vms: [{ vmid: 101, node: pve1, name: a }]\n'],
  ['run', '- { name: p, hosts: all, tasks: [{ name: t, command: uname }] }\n'],
])('Ctrl-C ends %s at once while nodes are asked, and nothing is left to resume', async (command, text) => {
  const { inventory, interrupt, path, state } = await silentNode();
  const where = ['-i', inventory, '--state', state];
  const argv = [command, await path('input.yml', text), ...where, '--timeout', '300'];
  const { code, stdout, stderr } = await runCliIn({ signal: interrupt.signal }, argv);
  expect(code).toBe(130);
  expect(`${stdout}${stderr}`).not.toContain('done in');
  if (command === 'apply') expect(stderr).toContain('Nothing was applied.');
  const history = await runCli(['history', '--state', state]);
  expect(history.stdout).toContain('exit 130');
  expect(history.stdout).not.toContain('unfinished');
});

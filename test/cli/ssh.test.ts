import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSsh2Server } from '../conformance/ssh2-server.ts';
import type { TestServer } from '../openssh-server.ts';
import { noOpensshServer, startOpensshServer } from '../openssh-server.ts';
import { writeFleetInventory } from './fleet-inventory.ts';
import { runCli } from './run-cli.ts';

let server: TestServer;
let inventory: string;
beforeAll(async () => {
  server = noOpensshServer === undefined ? await startOpensshServer() : await startSsh2Server();
  inventory = await writeFleetInventory(server);
});
afterAll(() => server.stop());

const program = fileURLToPath(new URL('../../bin/pvefleet.js', import.meta.url));

/** script(1) gives it a terminal. */
const hasTerminal = existsSync('/usr/bin/script') && noOpensshServer === undefined;

test.runIf(hasTerminal)('runs a command on a terminal of the node; its exit code is ours', async () => {
  const line = `${process.execPath} ${program} ssh -i ${inventory} pve1 -- 'test -t 0 && tty && exit 5'`;
  const run = promisify(execFile)('/usr/bin/script', ['-qec', line, '/dev/null']);
  await expect(run).rejects.toMatchObject({
    code: 5,
    stdout: expect.stringMatching(/^\/dev\/pts\/\d+\r*\n/u),
  });
});

test.each([
  [['pve1'], 1, 'there is no terminal; a command after "--" is wanted, or "pvefleet exec"'],
  [['pve[1:2]', '--', 'top'], 1, '"pve[1:2]" names pve[1-2]; one host is wanted'],
  [['--', 'top'], 1, 'no host is named'],
  [['--read-only', 'pve1', '--', 'top'], 6, 'the mode is read-only'],
  [['--json', 'pve1', '--', 'top'], 1, 'a shell is for people'],
  [['pve9', '--', 'top'], 4, 'Cannot connect to pve9'],
])('%j is refused in words', async (words, code, message) => {
  expect(await runCli(['ssh', '-i', inventory, ...words])).toMatchObject({
    code,
    stdout: '',
    stderr: expect.stringContaining(message),
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainFleet } from '../../lab/src/fleet/definition.ts';
import type { Lab } from '../../lab/src/lab.ts';
import { startLab } from '../../lab/src/lab.ts';
import { runCli } from './run-cli.ts';

let home: string;
let lab: Lab;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'pvefleet-cli-'));
  lab = await startLab({ fleet: plainFleet(2, '9') });
  await writeFile(join(home, 'key'), lab.clientKey.privateKey, { mode: 0o600 });
  await writeFile(join(home, 'known_hosts'), lab.knownHostsText());
  await writeFile(join(home, 'lab.yml'), lab.inventoryText(join(home, 'key'), join(home, 'known_hosts')));
});
afterAll(async () => {
  await lab.close();
  await rm(home, { recursive: true, force: true });
});

const run = (...argv: readonly string[]) => runCli(argv, { PVEFLEET_INVENTORY: join(home, 'lab.yml') });

test('what survey saves is listed as the nodes themselves are', async () => {
  const directory = join(home, 'saved');
  expect(await run('survey', '-o', directory)).toEqual({
    code: 0,
    stdout: `Saved in ${directory}: lab\n`,
    stderr: '',
  });
  const listed = await run('ls', 'nodes', '--from', directory);
  expect(listed.code).toBe(0);
  expect(listed.stdout.split('\n').map((line) => line.slice(0, 35))).toEqual([
    'NAME  HOST  CLUSTER  VERSION  STATU',
    'pve1  pve1  lab      9.2.11   onlin',
    'pve2  pve2  lab      9.2.11   onlin',
    '',
  ]);
});

test('--show-commands shows the script that a node is sent', async () => {
  const { stderr, stdout } = await run('ls', 'nodes', '--show-commands', 'pve1');
  expect(stderr).toContain('pve1: # pvefleet reads what this node is (survey)\n');
  expect(stderr).not.toContain('pve2:');
  expect(stdout).toMatch(/^pve2 +- +lab +unknown +unknown/mu);
});

import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LabHome } from './lab-home.ts';
import { openLabHome } from './lab-home.ts';
import { runCli } from './run-cli.ts';

let fleet: LabHome;
beforeAll(async () => {
  fleet = await openLabHome(2);
});
afterAll(() => fleet.close());

const run = (...argv: readonly string[]) => runCli(argv, { PVEFLEET_INVENTORY: fleet.inventory });

test('what survey saves is listed as the nodes themselves are', async () => {
  const directory = join(fleet.home, 'saved');
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

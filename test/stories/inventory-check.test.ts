import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { openFleet } from './fleet.ts';

interface Listed {
  all: { children: { lab: { hosts: Record<string, object>; vars: object } } };
}

test('inventory check finds a node under two names, and members that are missing', async () => {
  const fleet = await openFleet();
  const good = await fleet.cli(['inventory', 'check']);
  expect(good).toEqual({ exit: 0, stdout: '3 hosts, 1 cluster: nothing found', stderr: expect.any(String) });

  const listed = parse(await readFile(fleet.inventory, 'utf8')) as Listed;
  const { hosts } = listed.all.children.lab;
  delete hosts['pve3'];
  hosts['second'] = { ...hosts['pve2'], ansible_host: 'localhost' };
  hosts['dead'] = { ansible_host: '127.0.0.1', ansible_port: 1 };
  await fleet.write('lab.yml', stringify(listed));
  const known = await readFile(`${fleet.directory}/known_hosts`, 'utf8');
  await fleet.write('known_hosts', `${known}${known.replaceAll('[127.0.0.1]', '[localhost]')}`);
  const bad = await fleet.cli(['inventory', 'check']);
  expect(bad.stdout).toContain('pve3 of cluster lab');
  expect(bad.stdout).toMatch(/second.*pve2|pve2.*second/u);
  expect(bad.stderr).toContain('Cannot connect to dead');
  expect(bad.stdout.trimEnd().split('\n').at(-1)).toMatch(/^4 hosts, 1 cluster: \d findings$/u);
  expect(bad.exit).toBe(4);
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encryptVault } from '../inventory/encrypt-vault.ts';
import { runCli } from './run-cli.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pvefleet-vault-'));
  const sealed = encryptVault('inline value', 'open sesame');
  const files: Readonly<Record<string, string>> = {
    'site.yml': `- hosts: all
  vars:
    token: !vault |
${sealed.trimEnd().replaceAll(/^/gmu, '      ')}
  vars_files: [secret.yml]
  tasks:
    - include_vars: more.yml
    - debug: { msg: "{{ token }} {{ password }} {{ more }} {{ nowhere }}" }
`,
    'secret.yml': encryptVault('password: hunter2\n', 'open sesame'),
    'more.yml': encryptVault('more: value of more\n', 'open sesame'),
    'pass.txt': 'open sesame\n',
    'wrong.txt': 'no sesame\n',
    'hosts.yml': 'all: { hosts: { pve1: { ansible_host: 127.0.0.1, ansible_port: 1 } } }\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
});
afterAll(() => rm(directory, { recursive: true }));

const run = (...argv: readonly string[]) =>
  runCli(['run', join(directory, 'site.yml'), '-i', join(directory, 'hosts.yml'), ...argv]);

test('what is encrypted in a playbook without its password: each place is told, nothing is run', async () => {
  const { code, stderr } = await run('--syntax-check');
  expect(code).toBe(1);
  const places = [
    ...stderr.matchAll(/Cannot decrypt (?<what>\S+): no vault password is given[^]*?at \S*\/(?<at>\S+)/gu),
  ];
  expect(places.map(({ groups }) => `${groups?.['at']}`)).toEqual(
    expect.arrayContaining(['site.yml:3:5', 'secret.yml:1:1', 'more.yml:1:1']),
  );
  const wrong = await run('--syntax-check', '--vault-password-file', join(directory, 'wrong.txt'));
  expect(wrong.stderr).toContain('the vault password does not fit');
});

test('with its password it is read, and hidden', async () => {
  const password = ['--vault-password-file', join(directory, 'pass.txt')];
  expect(await run('--syntax-check', ...password)).toMatchObject({ code: 0, stderr: '' });
  // Names of a file that is encrypted as a whole are not known ahead: nothing is said to be undefined.
  const { code, stdout, stderr } = await run(...password, '--state', join(directory, 'state'));
  expect([code, stdout + stderr]).toEqual([
    4,
    expect.not.stringMatching(/hunter2|inline value|is not defined/u),
  ]);
});

import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { loadInventory } from '../../src/inventory/load-inventory.ts';
import { decryptVault } from '../../src/inventory/vault-text.ts';
import type { VaultSources } from '../../src/inventory/vault.ts';
import { encryptVault } from './encrypt-vault.ts';

/** Encrypted with ansible-vault of ansible-core 2.14; the passwords lie beside it. */
const fixture = fileURLToPath(new URL('fixtures/vault/', import.meta.url));

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pvefleet-vault-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function load(vault: VaultSources, ...files: readonly string[]) {
  return loadInventory(files.length > 0 ? files : [join(fixture, 'hosts')], { vault });
}

async function messages(vault: VaultSources, ...files: readonly string[]): Promise<readonly string[]> {
  const loaded = await load(vault, ...files);
  const told = loaded.ok ? [] : loaded.diagnostics.map(({ message, hint }) => `${message} | ${hint ?? ''}`);
  return told.map((text) => text.replaceAll(fixture, '').replaceAll(directory, ''));
}

const both: VaultSources = {
  passwordFiles: [join(fixture, 'password')],
  ids: [`prod@${join(fixture, 'prod-password')}`],
};

describe('what ansible-vault has encrypted', () => {
  test('files and values are opened, with the password of their label', async () => {
    const loaded = await load(both);
    expect(loaded.ok && loaded.value.nodes.map(({ variables }) => variables)).toEqual([
      {
        plain: 1,
        api_token: 'inline-secret-1',
        db_password: 'hunter22',
        port_secret: 48151,
        nested: { token: 'tok-12345678', flag: true },
        key: '-----BEGIN KEY-----\ngrüße\n-----END KEY-----\n',
        ansible_user: 'admin7',
      },
      expect.objectContaining({ api_token: 'inline-secret-1', db_password: 'hunter22' }),
    ]);
    expect(loaded.ok && loaded.value.nodes[0]?.connection.user).toBe('admin7');
  });

  test('all texts and numbers of it are known as secrets, the passwords too, and nothing else', async () => {
    const loaded = await load(both);
    expect(loaded.ok && [...loaded.value.secrets].sort()).toEqual([
      '-----BEGIN KEY-----',
      '-----BEGIN KEY-----\ngrüße\n-----END KEY-----\n',
      '-----END KEY-----',
      '48151',
      'admin7',
      'battery staple',
      'correct horse',
      'grüße',
      'hunter22',
      'inline-secret-1',
      'tok-12345678',
    ]);
  });

  test('a whole inventory may be encrypted', async () => {
    const loaded = await load(both, join(fixture, 'encrypted-hosts.yml'));
    expect(loaded.ok && loaded.value.nodes[0]?.variables).toMatchObject({ secret_note: 'hidden-note' });
  });

  test('executables print passwords; one whose name ends in "-client" is told the label', async () => {
    const loaded = await load({
      passwordFiles: [join(fixture, 'password-script')],
      ids: [`prod@${join(fixture, 'prod-client')}`],
    });
    expect(loaded.ok && loaded.value.nodes[1]?.variables).toMatchObject({
      api_token: 'inline-secret-1',
      db_password: 'hunter22',
    });
  });

  test('without a password the user is asked, once', async () => {
    const asked = vi.fn<(question: string) => Promise<string | undefined>>(() =>
      Promise.resolve('correct horse'),
    );
    const many = join(directory, 'many.yml');
    const value = JSON.stringify({ __ansible_vault: encryptVault('12345', 'correct horse') });
    await writeFile(many, `all: { vars: { a: ${value}, b: [${value}] }, hosts: { pve1: } }`);
    const loaded = await load({ ask: asked }, many);
    expect(loaded.ok && loaded.value.nodes[0]?.variables).toEqual({ a: '12345', b: ['12345'] });
    expect(asked.mock.calls).toEqual([['Vault password: ']]);
  });

  test('"prompt" asks by the label', async () => {
    const asked = vi.fn<(question: string) => Promise<string | undefined>>(() =>
      Promise.resolve('battery staple'),
    );
    expect(
      (await load({ ids: ['prod@prompt'], passwordFiles: both.passwordFiles ?? [], ask: asked })).ok,
    ).toBe(true);
    expect(asked.mock.calls).toEqual([['Vault password (prod): ']]);
  });

  test('nothing encrypted, nobody asked, no password read', async () => {
    const asked = vi.fn<(question: string) => Promise<string | undefined>>();
    const plain = join(directory, 'plain.yml');
    await writeFile(plain, 'all: { hosts: { pve1: } }');
    expect((await load({ ask: asked, passwordFiles: ['/nonexistent'] }, plain)).ok).toBe(true);
    expect(asked).not.toHaveBeenCalled();
  });
});

describe('what cannot be opened', () => {
  test('no password: each place, and how to give it', async () => {
    expect(await messages({})).toEqual([
      'Cannot decrypt group_vars/all/vault.yml: no vault password is given; its password is wanted | Give it with --vault-password-file FILE',
      'Cannot decrypt variable "api_token": no vault password is given; its password is wanted (its label is "prod") | Give it with --vault-id prod@FILE, or --vault-password-file FILE',
      'Cannot decrypt variable "ansible_user": no vault password is given; its password is wanted | Give it with --vault-password-file FILE',
    ]);
  });

  test('a wrong password gives no garbage', async () => {
    expect((await messages({ passwordFiles: [join(fixture, 'prod-password')] }))[0]).toBe(
      'Cannot decrypt group_vars/all/vault.yml: the vault password does not fit, or the text is damaged; its password is wanted | Give it with --vault-password-file FILE',
    );
  });

  test.each([
    ['none', 'there is no such file'],
    ['folder', 'it is a directory; a file or an executable is wanted'],
    ['empty', 'it is empty; a password is wanted'],
    ['failing', 'it ended with exit code 7; 0 is wanted (it said: no key)'],
  ])('a password from "%s"', async (name, problem) => {
    await mkdir(join(directory, 'folder'), { recursive: true });
    await writeFile(join(directory, 'empty'), '\n');
    await writeFile(join(directory, 'failing'), '#!/bin/sh\necho no key >&2\nexit 7\n');
    await chmod(join(directory, 'failing'), 0o755);
    expect(await messages({ passwordFiles: [join(directory, name)] })).toEqual([
      `Cannot read the vault password /${name}: ${problem} | `,
    ]);
  });

  test('errors name places in decrypted text, and show none of it', async () => {
    const password = { passwordFiles: [join(fixture, 'password')] };
    const vars = (text: string) => encryptVault(text, 'correct horse');
    const broken = join(directory, 'broken.yml');
    await writeFile(broken, vars('all:\n  vars: { s3cret: [ s3cret-value\n'));
    const port = join(directory, 'port.yml');
    await writeFile(port, vars('all: { hosts: { pve1: { ansible_port: s3cret-value } } }'));
    const shape = join(directory, 'shape.yml');
    await writeFile(shape, vars('all: { vars: s3cret-value, hosts: [s3cret-value] }'));
    const told = await messages(password, broken, port, shape);
    expect(told).toHaveLength(4);
    expect(told.join('\n')).not.toContain('s3cret');
    expect(told.join('\n')).toContain('/broken.yml:');
  });
});

describe('the text format', () => {
  const opened = (text: string, password: string) => decryptVault(text, [{ id: 'default', password }]);

  test('what is encrypted decrypts to the same, and with no other password', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 1 }), (text, password) => {
        expect(opened(encryptVault(text, password), password)).toEqual({ text });
        expect(opened(encryptVault(text, password, 'x'), password)).toEqual({ text });
        expect(opened(encryptVault(text, password), `${password}.`)).toHaveProperty('problem');
      }),
      { numRuns: 10 },
    );
  });

  test('a changed sign anywhere is found', () => {
    const text = encryptVault('secret', 'pw');
    fc.assert(
      fc.property(fc.integer({ min: text.indexOf('\n') + 1, max: text.length - 2 }), (at) => {
        const sign = text.charAt(at) === '3' ? '6' : '3';
        if (text.charAt(at) === '\n') return;
        expect(opened(text.slice(0, at) + sign + text.slice(at + 1), 'pw')).toHaveProperty('problem');
      }),
      { numRuns: 20 },
    );
  });

  test.each([
    ['$ANSIBLE_VAULT;1.0;AES\n00', 'it is of version 1.0; 1.1 or 1.2 is wanted'],
    ['$ANSIBLE_VAULT;1.1;AES\n00', 'it is encrypted with AES; AES256 is wanted'],
    [
      '$ANSIBLE_VAULT;1.1;AES256\n',
      'it is damaged or cut off; a salt, a checksum and the cipher text, all in hex, are wanted',
    ],
    ['plain', 'it does not begin with "$ANSIBLE_VAULT;"; the text of ansible-vault is wanted'],
  ])('%j', (text, problem) => {
    expect(opened(text, 'pw')).toEqual({ problem });
  });
});

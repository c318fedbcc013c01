import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fail, ok } from '../../src/diagnostic.ts';
import type { Vault } from '../../src/inventory/vault.ts';
import { loadExtraVars } from '../../src/playbook/extra-vars.ts';

const noPasswords: Vault['open'] = (_, what, at) =>
  Promise.resolve(
    fail({
      code: 'inventory/vault',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot decrypt ${what}`,
      at,
    }),
  );

test('values from text, a mapping and a file, the last one wins', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-vars-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'vars.yml'), 'a: 3\nlist: [1, 2]\n');
  const result = await loadExtraVars(
    ['a=1 b="two words"', '{"c": 3, "d": null, "e": yes}', `@${join(directory, 'vars.yml')}`, 'url=a=b'],
    noPasswords,
  );
  expect(result).toEqual({
    ok: true,
    value: { a: 3, b: 'two words', c: 3, d: null, e: true, list: [1, 2], url: 'a=b' },
    warnings: [],
  });
});

test.each([
  ['nonsense', '"nonsense" is no key=value'],
  ['a-b=1', '"a-b=1" is no key=value'],
  ['a="b', 'a quote is not closed'],
  ['', '"" is no key=value'],
  ['@nowhere.yml', 'there is no such file'],
])('-e %s is an error', async (given, why) => {
  const result = await loadExtraVars([given], noPasswords);
  expect(result.ok ? [] : result.diagnostics).toMatchObject([
    { message: `Cannot read the extra variables ${given}: ${why}` },
  ]);
});

test('an encrypted file is opened', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-vars-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, 'vault.yml');
  await writeFile(file, '$ANSIBLE_VAULT;1.1;AES256\n3061\n');
  expect(
    await loadExtraVars([`@${file}`], () => Promise.resolve(ok('secret: yes\nport: 0644\n'))),
  ).toMatchObject({ value: { secret: true, port: 644 } });
  const sealed = await loadExtraVars([`@${file}`], noPasswords);
  expect(sealed.ok ? [] : sealed.diagnostics).toMatchObject([{ at: { file, line: 1 } }]);
});

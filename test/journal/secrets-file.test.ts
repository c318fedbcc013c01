import { appendFile, mkdtemp, readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepSecret, readKnownSecrets } from '../../src/journal/secrets-file.ts';
import { sameAsLastSet } from '../../src/plan/known-secrets.ts';

const name = 'vm/100@lab cipassword';

test('what was set last can be compared later, and read by nobody', async () => {
  const directory = join(await mkdtemp(join(tmpdir(), 'pvefleet-')), 'state');
  expect(sameAsLastSet(await readKnownSecrets(directory), name, 'geheim')).toBe('unknown');

  await Promise.all(
    ['geheim', 'geheim', 'geheim'].map((value, index) =>
      keepSecret(directory, `vm/${index + 100}@lab cipassword`, value),
    ),
  );
  await keepSecret(directory, 'vm/101@lab cipassword', 'neu');
  const known = await readKnownSecrets(directory);
  expect(sameAsLastSet(known, name, 'geheim')).toBe('same');
  expect(sameAsLastSet(known, name, 'neu')).toBe('different');
  expect(sameAsLastSet(known, 'vm/101@lab cipassword', 'neu')).toBe('same');
  // Nobody sees that two guests have the same password.
  expect(known.hashes[name]).not.toBe(known.hashes['vm/102@lab cipassword']);

  const files = await readdir(directory);
  expect(files.toSorted()).toEqual(['secrets.hashes', 'secrets.key']);
  for (const file of files) {
    expect(await readFile(join(directory, file), 'utf8')).not.toContain('geheim');
    expect(((await stat(join(directory, file))).mode & 0o777).toString(8)).toBe('600');
  }
});

test('what a failed step may have set is not known, and half a line says nothing', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-'));
  await keepSecret(directory, name, 'geheim');
  await keepSecret(directory, name, undefined);
  expect(sameAsLastSet(await readKnownSecrets(directory), name, 'geheim')).toBe('unknown');
  await keepSecret(directory, name, 'geheim');
  await appendFile(join(directory, 'secrets.hashes'), '["vm/100@lab cipass');
  expect(sameAsLastSet(await readKnownSecrets(directory), name, 'geheim')).toBe('same');
});

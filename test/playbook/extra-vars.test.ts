import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadExtraVars } from '../../src/playbook/extra-vars.ts';

test('values from text, a mapping and a file, the last one wins', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-vars-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'vars.yml'), 'a: 3\nlist: [1, 2]\n');
  const result = await loadExtraVars([
    'a=1 b="two words"',
    '{"c": 3, "d": null}',
    `@${join(directory, 'vars.yml')}`,
    'url=a=b',
  ]);
  expect(result).toEqual({
    ok: true,
    value: { a: 3, b: 'two words', c: 3, d: null, list: [1, 2], url: 'a=b' },
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
  const result = await loadExtraVars([given]);
  expect(result.ok ? [] : result.diagnostics).toMatchObject([
    { message: `Cannot read the extra variables ${given}: ${why}` },
  ]);
});

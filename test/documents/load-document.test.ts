import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Result } from '../../src/diagnostic.ts';
import { loadDocument } from '../../src/documents/load-document.ts';
import type { Spec } from '../../src/spec.ts';

const example = (name: string): Promise<Result<readonly Spec[]>> =>
  loadDocument(new URL(`../../documents/${name}`, import.meta.url).pathname);

it('reads the example, which says the same in JSON and YAML', async () => {
  const [json, yaml] = await Promise.all([example('web.json'), example('web.yml')]);
  const declared = (result: Result<readonly Spec[]>): unknown =>
    result.ok ? result.value.map(({ kind, args }) => ({ kind, args })) : result.diagnostics;
  expect(declared(json)).toHaveLength(6);
  expect(declared(yaml)).toEqual(declared(json));
});

it('reads the example of groups of guests', async () => {
  const group = await example('group.yml');
  expect(
    group.ok
      ? group.value.map(({ args }) => [args['vmid'], args['name'] ?? args['hostname'], args['node']])
      : group,
  ).toEqual([
    ['auto', 'web-1', 'pve1'],
    ['auto', 'web-2', 'pve2'],
    ['auto', 'web-3', 'pve3'],
    ['auto', 'web-4', 'pve1'],
    ['auto', 'web-5', 'pve2'],
    ['auto', 'web-6', 'pve3'],
    [301, 'dns', 'pve1'],
    [302, 'mail', 'pve1'],
  ]);
});

it("says why a file can't be read", async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-'));
  const missing = await loadDocument(join(directory, 'web.json'));
  const folder = await loadDocument(directory);
  await rm(directory, { recursive: true });
  expect(missing).toMatchObject({
    ok: false,
    diagnostics: [
      {
        trouble: 'invalid',
        message: `Cannot read the document ${directory}/web.json: there is no such file`,
      },
    ],
  });
  expect(folder).toMatchObject({
    ok: false,
    diagnostics: [{ message: `Cannot read the document ${directory}: it is a directory; a file is wanted` }],
  });
});

import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSurvey, saveSurvey } from '../../src/snapshot/saved-survey.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import { snapshotWith, stateOf } from './sample.ts';

let home: string;
beforeAll(async () => void (home = await mkdtemp(join(tmpdir(), 'pvefleet-survey-'))));
afterAll(() => rm(home, { recursive: true, force: true }));

const config = '/etc/pve/nodes/pve1/qemu-server/100.conf';

test('a saved survey is a tree to look into that only its owner may', async () => {
  const directory = join(home, 'tree');
  expect(
    await saveSurvey(
      { clusters: [snapshotWith({ [config]: 'name: grüße\r\n' })], unreachable: [] },
      directory,
    ),
  ).toMatchObject({ ok: true });
  expect(await readdir(directory)).toEqual(['prod', 'survey.json']);
  expect(await readFile(join(directory, 'prod', config), 'utf8')).toBe('name: grüße\r\n');
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
});

const text = fc.string({ unit: 'binary' });
const hostile = fc.constantFrom(
  '/etc/pve/../../../../escaped',
  '/..',
  '/',
  '',
  'relative',
  '/etc/pve/a',
  '/etc/pve/a/b',
  '/etc/pve/nul\0',
  '/etc/pve/.members',
  '/survey.json',
  `/etc/pve/${'x'.repeat(300)}`,
  '/etc//pve',
  '/etc/pve/line\nfeed',
);
const files = fc.dictionary(
  fc.oneof(
    hostile,
    fc.string().map((name) => `/etc/pve/${name}`),
  ),
  text,
);
const unknown = fc.record({ unknown: text });
const snapshot = (cluster: string): fc.Arbitrary<Snapshot> =>
  fc.record(
    {
      cluster: fc.constant(cluster),
      quorate: fc.boolean(),
      nodes: fc.dictionary(
        fc.stringMatching(/^[a-z]\w*$/u),
        fc.oneof(
          unknown,
          fc.constant(stateOf('pve1')),
          unknown.map((running) => stateOf('pve2', running)),
        ),
      ),
      files: fc.oneof(files, unknown),
      nodeFiles: fc.dictionary(
        fc.stringMatching(/^[a-z][a-z0-9-]*$/u),
        fc.dictionary(fc.constantFrom('/etc/network/interfaces', '/etc/../../x', '/etc/a\nb'), text, {
          minKeys: 1,
        }),
        { minKeys: 1 },
      ),
      digests: fc.dictionary(fc.stringMatching(/^\/[a-z]+$/u), fc.stringMatching(/^[0-9a-f]{40}$/u)),
    },
    { requiredKeys: ['cluster', 'nodes', 'files', 'digests'] },
  );
const cluster = fc.oneof(
  fc.constantFrom('prod', '..', '.', 'survey.json', '_0', '_1', 'a b'),
  fc.string({ minLength: 1 }),
);
const surveys: fc.Arbitrary<Survey> = fc.record({
  clusters: fc.uniqueArray(cluster, { maxLength: 3 }).chain((names) => fc.tuple(...names.map(snapshot))),
  unreachable: fc.array(
    fc.record({
      code: text,
      severity: fc.constant('error' as const),
      trouble: fc.constant('unreachable' as const),
      message: text,
      host: text,
    }),
  ),
});

test('what was saved is read again without loss, and nothing is written outside', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(surveys, async (survey) => {
      const parent = join(home, `law-${run++}`);
      const directory = join(parent, 'deep', 'survey');
      expect(await saveSurvey(survey, directory)).toMatchObject({ ok: true });
      expect(await loadSurvey(directory)).toEqual({ ok: true, value: survey, warnings: [] });
      expect(await readdir(parent)).toEqual(['deep']);
      expect(await readdir(join(parent, 'deep'))).toEqual(['survey']);
    }),
    { numRuns: 30 },
  );
});

test('a directory that holds something else is left alone', async () => {
  const directory = await mkdtemp(join(home, 'mine-'));
  await writeFile(join(directory, 'thesis.txt'), '');
  expect(await saveSurvey({ clusters: [], unreachable: [] }, directory)).toMatchObject({
    ok: false,
    diagnostics: [{ code: 'survey/save' }],
  });
  expect(await readdir(directory)).toEqual(['thesis.txt']);
});

test.each([
  ['nothing there', undefined, /no such file/u],
  ['no JSON', 'x', /there is no JSON/u],
  ['another shape', '{"pvefleet": 1, "clusters": 3, "unreachable": []}', /"clusters" is wrong/u],
  [
    'a path that leads out',
    JSON.stringify({
      pvefleet: 1,
      unreachable: [],
      clusters: [
        { cluster: 'p', nodes: {}, digests: {}, directory: 'p', paths: ['/../../etc/passwd'], others: {} },
      ],
    }),
    /leads out of it/u,
  ],
  [
    'a directory that leads out',
    JSON.stringify({
      pvefleet: 1,
      unreachable: [],
      clusters: [{ cluster: 'p', nodes: {}, digests: {}, directory: '..', paths: [], others: {} }],
    }),
    /leads out of it/u,
  ],
])('%s is an error that says so', async (_name, index, message) => {
  const directory = await mkdtemp(join(home, 'bad-'));
  if (index !== undefined) await writeFile(join(directory, 'survey.json'), index);
  expect(await loadSurvey(directory)).toMatchObject({
    ok: false,
    diagnostics: [{ code: 'survey/read', message: expect.stringMatching(message) as unknown }],
  });
});

import { dirname, join, resolve } from 'node:path';
import { type Plugin, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that put a module of ours in place of another, which must not reach other files. */
const mocking = ['test/playbook/run-resources.test.ts'];

/** Folders whose files take longest, the longest first: begun last, one of them would keep one core busy at the end. */
const long = ['/test/differential/', '/test/stories/', '/test/laws/', '/test/transports/'];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification): number => {
      const found = long.findIndex((folder) => moduleId.includes(folder));
      return found === -1 ? long.length : found;
    };
    return sorted.sort((one, other) => rank(one) - rank(other));
  }
}

/** Of what `tsc -b` has just made, where `npm test` says that it has: it needs no transforming, which takes a tenth of all the time. */
const built: Plugin = {
  name: 'built',
  enforce: 'pre',
  resolveId(source, importer) {
    if (importer === undefined || !source.startsWith('.') || !source.endsWith('.ts')) return undefined;
    const path = resolve(dirname(importer), source);
    for (const [from, to] of [
      ['src', 'dist'],
      ['lab/src', 'lab/dist'],
    ] as const) {
      const folder = join(import.meta.dirname, from, '/');
      if (path.startsWith(folder))
        return {
          id: join(import.meta.dirname, to, path.slice(folder.length).replace(/ts$/u, 'js')),
          external: true,
        };
    }
    return undefined;
  },
};

const common = {
  // They end what hangs; long enough for a story on a machine that others keep busy.
  testTimeout: 120_000,
  hookTimeout: 120_000,
  pool: 'forks',
  setupFiles: ['test/same-in-ci.ts', 'test/optimise-late.ts'],
  // What V8 compiled of the program is kept there for all who start it.
  env: { XDG_CACHE_HOME: join(import.meta.dirname, 'node_modules', '.cache') },
  server: { deps: { external: [/\/dist\/.*\.js$/u] } },
  // Real servers on a busy machine: there a test may try twice.
  retry: process.env['CI'] === 'true' ? 1 : 0,
} as const;

export default defineConfig({
  test: {
    // bin/pvefleet.js, which tests start, is to be the program as it is now.
    globalSetup: 'scripts/bundle.mjs',
    // More than the two cores of CI: stories also wait, for HA's rounds and for what ends on a node.
    maxWorkers: 4,
    sequence: { sequencer: LongFirst },
    projects: [
      // Files share what they import: to import it anew for each costs more than to run most of them.
      {
        plugins: process.env['TEST_BUILT'] === 'true' ? [built] : [],
        test: { ...common, name: 'all', include: ['test/**/*.test.ts'], exclude: mocking, isolate: false },
      },
      { test: { ...common, name: 'mocking', include: mocking } },
    ],
  },
});

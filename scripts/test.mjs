// npm test: install, build, and every test with the linters beside them; ends with vitest's own summary, or with what a linter found.
import { beside, failuresOf, must } from './run.mjs';
import { setup } from './setup.mjs';

await setup();
// Nothing asks the network from here on, and to read a machine's own certificates takes each process of Node 40 ms.
delete process.env.NODE_EXTRA_CA_CERTS;
must('tsc', '-b');
// The tests take what it has made (vitest.config.ts).
process.env.TEST_BUILT = 'true';
const linters = failuresOf(['oxlint', '--type-aware', '--deny-warnings'], ['oxfmt', '--check'], ['knip']);
process.exitCode = await beside('vitest', 'run', ...process.argv.slice(2));
for (const found of await linters) {
  console.error(found);
  process.exitCode ||= 1;
}

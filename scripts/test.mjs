// npm test: install, build, lint, and every test; ends with vitest's own summary.
import { must } from './run.mjs';
import { setup } from './setup.mjs';

await setup();
must('tsc', '-b');
must('oxlint', '--type-aware', '--deny-warnings');
must('oxfmt', '--check');
must('knip');
must('vitest', 'run', ...process.argv.slice(2));

// npm start: the main job against a lab of three nodes; then everything is stopped again.
import { must } from './run.mjs';
import { setup } from './setup.mjs';

await setup();
must('tsc', '-b');
// What it imports was not there before the setup.
const { default: bundle } = await import('./bundle.mjs');
await bundle();
must('pvefleet-lab', 'run', '--nodes', '3', '--', 'node', 'scripts/tour.mjs');

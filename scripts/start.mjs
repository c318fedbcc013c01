// npm start: the main job against a lab of three nodes; then everything is stopped again.
import { bundle } from './bundle.mjs';
import { must } from './run.mjs';
import { setup } from './setup.mjs';

await setup();
must('tsc', '-b');
await bundle();
must('pvefleet-lab', 'run', '--nodes', '3', '--', 'node', 'scripts/tour.mjs');

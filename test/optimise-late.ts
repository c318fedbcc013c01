import { setFlagsFromString } from 'node:v8';

/** As for the program (src/cli/optimise-late.ts): most tests are over before optimised code pays, and its compiler takes a sixth of their time. */
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=500000');

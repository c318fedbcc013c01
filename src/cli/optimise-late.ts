import { setFlagsFromString } from 'node:v8';

/**
 * Most commands are over before code that V8's optimising compiler works on is used often enough to pay for it: its
 * threads took a quarter of the processor time of an apply and a third of that of a plan. So a function is to be some
 * seven times as hot as is usual (in bytes of code run, 132 KiB in Node 20) before it is optimised; long work still is. So is
 * the WebAssembly of the template engine, a hundred times as hot, for its compiler took a tenth of a run of 50 hosts.
 */
const flags = ['--interrupt-budget=1000000', '--wasm-tiering-budget=200000000'];

// The V8 of Node 22 and later does not know the first, complains of it on each start, and begins later by itself.
if (process.versions.v8.startsWith('11.')) for (const flag of flags) setFlagsFromString(flag);

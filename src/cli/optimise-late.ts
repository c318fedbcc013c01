import { setFlagsFromString } from 'node:v8';

/**
 * Most commands are over before code that V8's optimising compiler works on is used often enough to pay for it: its
 * threads took a quarter of the processor time of an apply and a third of that of a plan. So a function is to be some
 * seven times as hot as is usual (in bytes of code run, 132 KiB in Node 20) before it is optimised; long work still is. So is
 * the WebAssembly of the template engine, a hundred times as hot, for its compiler took a tenth of a run of 50 hosts.
 */
setFlagsFromString('--interrupt-budget=1000000');
setFlagsFromString('--wasm-tiering-budget=200000000');

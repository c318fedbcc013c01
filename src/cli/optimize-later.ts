import { setFlagsFromString } from 'node:v8';

/**
 * V8 makes machine code of what has run for a while, and that costs more than it gives in a command that computes for a second:
 * with its own budget (66 KB of bytecode) it took 40 % of the CPU of a plan of 1,000 guests (bench/plan.mjs). With this one
 * it waits longer; what goes on for long is still optimized.
 */
export function optimizeLater(): void {
  setFlagsFromString('--interrupt-budget=500000');
}

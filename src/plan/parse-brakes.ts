import * as z from 'zod';
import type { Brakes } from './brakes.ts';

const count = z.int().nonnegative();
const size = z.union([z.strictObject({ nodes: count }), z.strictObject({ percent: count })]);
const brakes = z.strictObject({
  maxChanges: count.exactOptional(),
  maxRestarts: count,
  maxDestroys: count.exactOptional(),
  serial: z.tuple([size], size).exactOptional(),
  pauseSeconds: count,
  maxFailPercentage: count.exactOptional(),
});

/** Brakes as a journal has them; undefined when they are none that this version knows. */
export function parseBrakes(json: unknown): Brakes | undefined {
  return brakes.safeParse(json).data;
}

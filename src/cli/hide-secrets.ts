import { createByteMask, createMask } from '../text/mask.ts';
import type { CliContext, Output, Surroundings } from './command.ts';

/** The same world, in which secrets can be hidden: from then on they are masked in all that is printed. */
export function hidingSecrets(world: Surroundings): Surroundings & Pick<CliContext, 'hide' | 'mask'> {
  let mask = (text: string): string => text;
  let maskBytes = (bytes: Uint8Array): Uint8Array => bytes;
  const known = new Set<string>();
  const masked = (output: Output): Output => ({
    write: (text) => output.write(typeof text === 'string' ? mask(text) : maskBytes(text)),
    drained: () => output.drained?.() ?? Promise.resolve(true),
    get isTTY() {
      return output.isTTY;
    },
    get colour() {
      return output.colour;
    },
    get columns() {
      return output.columns;
    },
    get rows() {
      return output.rows;
    },
  });
  return {
    ...world,
    stdout: masked(world.stdout),
    stderr: masked(world.stderr),
    mask: (text) => mask(text),
    hide: (secrets) => {
      for (const secret of secrets) known.add(secret);
      mask = createMask(known);
      maskBytes = createByteMask(known);
    },
  };
}

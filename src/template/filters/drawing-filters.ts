import type { Controller } from '../controller.ts';
import { named, numberOr } from '../filter-arguments.ts';
import { itemsOf, text } from '../filter-values.ts';
import type { Draw } from '../python-random.ts';
import { seededDraw, shuffled } from '../python-random.ts';
import { passwordHash } from './password-hash.ts';

/** A filter that chooses something by chance where its arguments leave it open; where no controller is, they may not. */
export type DrawingFilter = (
  controller: Controller | undefined,
  value: unknown,
  ...args: readonly unknown[]
) => unknown;

export const drawingFilters: Readonly<Record<string, DrawingFilter>> = {
  random: (controller, value, ...args) => {
    const { start, step, seed } = named(args, ['start', 'step', 'seed']);
    const draw = drawOf(controller, seed);
    if (typeof value !== 'number') {
      const items = itemsOf(value);
      return items[draw(items.length)];
    }
    const [from, stride] = [numberOr(start, 0), numberOr(step, 1) || 1];
    const count = Math.ceil((value - from) / stride);
    if (count < 1) throw new Error(`has nothing to choose from between ${from} and ${value}`);
    return from + stride * draw(count);
  },
  shuffle: (controller, value, ...args) =>
    shuffled(itemsOf(value), drawOf(controller, named(args, ['seed'])['seed'])),
  password_hash: (controller, value, ...args) =>
    passwordHash(text(value), args, () => {
      if (controller === undefined)
        throw new Error('wants a salt, as in password_hash("sha512", salt): a document says the same twice');
      return controller.saltFor(text(value));
    }),
};

function drawOf(controller: Controller | undefined, seed: unknown): Draw {
  if (typeof seed === 'string' || typeof seed === 'number') return seededDraw(seed);
  if (seed !== undefined && seed !== null) throw new Error('wants a text or a number as its seed');
  if (controller === undefined)
    throw new Error('wants a seed, as in random(seed="web"): a document says the same twice');
  return controller.random;
}

import type { PropertyValue } from '../../plan/plan.ts';
import type { Property } from '../property.ts';
import type { Guest } from './read-guest.ts';

/** When a changed option reaches the guest: at once when it is stopped, else as its row says. `before` is what runs. */
export function optionEffect(
  row: Property,
  option: string,
  guest: Guest,
  before: PropertyValue | undefined,
  after: PropertyValue | undefined,
): 'now' | 'restart' {
  if (guest.power === 'stopped') return 'now';
  if (typeof row.effect === 'string') return row.effect;
  return row.effect({ option, before, after, options: new Map(Object.entries(guest.active)) });
}

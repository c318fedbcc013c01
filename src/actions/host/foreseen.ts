import type { Action } from '../action.ts';
import type { HostRead } from './facts.ts';
import type { Parameters, Values } from './parameters.ts';
import type { ArgumentTable } from './read-arguments.ts';
import { readArguments } from './read-arguments.ts';

/** What a task will look at by the values of its table; nothing where they can't be read yet. */
export function foreseen<P extends Parameters>(
  table: ArgumentTable<P>,
  reads: (values: Values<P>, wantsDiff: boolean) => readonly HostRead[],
): NonNullable<Action['foresee']> {
  return (args, positions, wantsDiff) => {
    const values = readArguments(table, args, positions);
    return values.ok ? reads(values.value, wantsDiff) : [];
  };
}

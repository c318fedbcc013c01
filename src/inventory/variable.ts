import type { Diagnostic } from '../diagnostic.ts';
import type { Variable, Variables } from './draft.ts';
import { inventoryError } from './trouble.ts';

/** Sets a variable; gives an error when its name is none, or Ansible's own word among variables has a wrong value. */
export function setVariable(into: Variables, name: string, variable: Variable): readonly Diagnostic[] {
  const problem = /^[A-Za-z_]\w*$/u.test(name)
    ? priorityProblem(name, variable)
    : inventoryError(
        'variable-name',
        `Cannot read variable "${name}": it is no variable name; letters, digits and "_" are wanted`,
        variable.at,
      );
  if (problem !== undefined) return [problem];
  into.set(name, variable);
  return [];
}

function priorityProblem(name: string, { value, at }: Variable): Diagnostic | undefined {
  if (name !== 'ansible_group_priority' || Number.isInteger(value)) return undefined;
  const message = `Cannot use ${name}: it is ${JSON.stringify(value)}; a whole number is wanted`;
  return inventoryError('group-priority', message, at);
}

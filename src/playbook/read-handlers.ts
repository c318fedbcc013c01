import { isBlock } from './playbook.ts';
import type { Task } from './playbook.ts';
import type { Scope } from './scope.ts';

/** Reads a list of handlers: tasks and includes that run when something has notified them. */
export function readHandlers(
  scope: Scope,
  value: unknown,
  path: readonly (string | number)[],
): readonly Task[] {
  return scope.readEntries(scope, value, path, 'handlers').flatMap((entry) => {
    if (!isBlock(entry) && entry.module !== 'meta') return [entry];
    scope.reading.diagnostics.push({
      code: 'playbook/invalid',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot use ${isBlock(entry) ? 'a block' : '"meta"'} as a handler: not supported yet`,
      at: entry.at,
    });
    return [];
  });
}

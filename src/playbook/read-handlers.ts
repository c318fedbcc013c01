import { isBlock, tasksIn } from './playbook.ts';
import type { Task } from './playbook.ts';
import type { Scope } from './scope.ts';

/** Reads a list of handlers: tasks that run when something has notified them. */
export function readHandlers(
  scope: Scope,
  value: unknown,
  path: readonly (string | number)[],
): readonly Task[] {
  return scope.readEntries(scope, value, path, 'handlers').flatMap((entry) => {
    const [wrong] = tasksIn([entry]).filter(
      ({ include, module }) => include !== undefined || module === 'meta',
    );
    if (!isBlock(entry) && wrong === undefined) return [entry];
    scope.reading.diagnostics.push({
      code: 'playbook/invalid',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot use ${wrong === undefined ? 'a block' : `"${wrong.module}"`} as a handler: not supported yet`,
      at: (wrong ?? entry).at,
    });
    return [];
  });
}

import { isBlock } from './playbook.ts';
import type { Task } from './playbook.ts';
import type { Scope } from './scope.ts';

const isFlush = ({ module, args }: Task): boolean => module === 'meta' && args.value === 'flush_handlers';

/** Reads a list of handlers: tasks and includes that run when something has notified them. */
export function readHandlers(
  scope: Scope,
  value: unknown,
  path: readonly (string | number)[],
): readonly Task[] {
  return scope.readEntries(scope, value, path, 'handlers').flatMap((entry) => {
    if (!isBlock(entry) && !isFlush(entry)) return [entry];
    scope.reading.diagnostics.push({
      code: 'playbook/invalid',
      severity: 'error',
      trouble: 'invalid',
      message: isBlock(entry)
        ? 'Cannot use a block as a handler: only tasks can be notified; "include_tasks" of a file with it would do'
        : 'Cannot use "meta: flush_handlers" as a handler: handlers are being run already then; a handler can notify another one',
      at: entry.at,
    });
    return [];
  });
}

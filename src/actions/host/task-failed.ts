import type { Diagnostic } from '../../diagnostic.ts';
import type { ActionContext, ActionResult } from '../action.ts';

export function taskFailed({ host }: Pick<ActionContext, 'host'>, message: string): Diagnostic {
  return { code: 'task/failed', severity: 'error', trouble: 'failed', message, host };
}

export function failed(...diagnostics: readonly Diagnostic[]): ActionResult {
  return { outcome: 'failed', diagnostics };
}

import type { Diagnostic, Position } from '../diagnostic.ts';

/** An error in what the inventory's author wrote. */
export function inventoryError(code: string, message: string, at?: Position, hint?: string): Diagnostic {
  return {
    code: `inventory/${code}`,
    severity: 'error',
    trouble: 'invalid',
    message,
    ...(at !== undefined && { at }),
    ...(hint !== undefined && { hint }),
  };
}

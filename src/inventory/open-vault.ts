import type { Diagnostic, Position, Result } from '../diagnostic.ts';
import { fail } from '../diagnostic.ts';
import { inventoryError } from './trouble.ts';
import type { Vault } from './vault.ts';

/**
 * The text that ansible-vault has encrypted, or why it can't be read; undefined while its password is not known yet.
 * `what` and `at` are for errors.
 */
export type OpenVault = (text: string, what: string, at: Position) => Result<string> | undefined;

/** Where nobody has asked for a password. */
export const noVault: OpenVault = () => undefined;

/** Reads something until all that is encrypted in it was opened: what is met on the way is opened, then it is read again. */
export async function unsealing<T>(
  open: Vault['open'],
  read: (openVault: OpenVault) => Result<T> | Promise<Result<T>>,
): Promise<Result<T>> {
  const known = new Map<string, Result<string>>();
  let isRead = false;
  for (;;) {
    const met: Parameters<OpenVault>[] = [];
    const result = await read((text, what, at) => {
      const opened = known.get(text);
      if (opened !== undefined) return opened;
      if (isRead) return fail(tooLate(what, at));
      met.push([text, what, at]);
      return undefined;
    });
    if (met.length === 0) {
      isRead = true;
      return result;
    }
    for (const sealed of met) known.set(sealed[0], await open(...sealed));
  }
}

const tooLate = (what: string, at: Position): Diagnostic =>
  inventoryError(
    'vault',
    `Cannot decrypt ${what}: only in the middle of the run it is known that it is read; a name without a template is wanted`,
    at,
  );

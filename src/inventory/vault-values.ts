import type { Diagnostic } from '../diagnostic.ts';
import type { Variables } from './draft.ts';
import { inventoryError } from './trouble.ts';
import type { Vault } from './vault.ts';

/** The key of an encrypted value: Ansible's own form in JSON, and what `!vault` becomes when YAML is read. */
export const vaultKey = '__ansible_vault';

/** An error for every encrypted value, where there are no passwords to open it with. */
export function encryptedValues(all: readonly Variables[]): readonly Diagnostic[] {
  return all.flatMap((variables) =>
    [...variables].flatMap(([name, { value, at }]) => {
      const message = `Cannot decrypt variable "${name}": it stands in text that is no file; a value without !vault is wanted`;
      return holdsVaultText(value) ? inventoryError('vault', message, at) : [];
    }),
  );
}

/** Decrypts every encrypted value of the variables in place; gives an error for each that can't be. */
export async function openVaultValues(
  all: readonly Variables[],
  vault: Vault,
): Promise<readonly Diagnostic[]> {
  const errors: Diagnostic[] = [];
  for (const variables of all) {
    for (const [name, { value, at }] of variables) {
      if (!holdsVaultText(value)) continue;
      const problems: Diagnostic[] = [];
      const open = async (text: string): Promise<string> => {
        const opened = await vault.open(text, `variable "${name}"`, at);
        if (!opened.ok) problems.push(...opened.diagnostics);
        else vault.hide(opened.value);
        return opened.ok ? opened.value : '';
      };
      const plain = await withOpened(value, open);
      if (problems.length === 0) variables.set(name, { value: plain, at, secret: true });
      else variables.delete(name);
      errors.push(...problems);
    }
  }
  return errors;
}

function vaultText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !(vaultKey in value)) return undefined;
  const text = value[vaultKey];
  return typeof text === 'string' ? text : undefined;
}

/** Whether a value is encrypted, or holds one that is. */
function holdsVaultText(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return vaultText(value) !== undefined || Object.values(value).some(holdsVaultText);
}

async function withOpened(value: unknown, open: (text: string) => Promise<string>): Promise<unknown> {
  const text = vaultText(value);
  if (text !== undefined) return open(text);
  if (typeof value !== 'object' || value === null) return value;
  const entries: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) entries.push([key, await withOpened(item, open)]);
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

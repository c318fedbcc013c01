import type { Position, Result } from '../diagnostic.ts';
import { fail } from '../diagnostic.ts';
import { inventoryError } from './trouble.ts';

/** Where vault passwords come from. */
export interface VaultSources {
  /** Files that hold a password, or that print one when they are executable. */
  readonly passwordFiles?: readonly string[];
  /** `label@source`; a source is a file, an executable, or `prompt`. */
  readonly ids?: readonly string[];
  /** Asks without echo; undefined when nobody can be asked. */
  readonly ask?: (question: string) => Promise<string | undefined>;
}

/** Opens what ansible-vault has encrypted, and keeps what was in it, so that it can be kept out of all output. */
export interface Vault {
  /** The decrypted text; `what` and `at` are for errors, which never hold any of it. */
  open(text: string, what: string, at: Position): Promise<Result<string>>;
  /** Adds every text and number in a value to the secrets. */
  hide(value: unknown): void;
  readonly secrets: ReadonlySet<string>;
}

/** A vault whose passwords are read when the first encrypted text is met, each once. */
export function createVault(sources: VaultSources): Vault {
  const secrets = new Set<string>();
  let passwords: ReturnType<typeof readPasswords> | undefined;
  return {
    secrets,
    hide: (value) => {
      for (const text of textsIn(value)) secrets.add(text);
    },
    open: async (text, what, at) => {
      passwords ??= readPasswords(sources, text);
      const [known, { decryptVault }] = await Promise.all([passwords, import('./vault-text.ts')]);
      if (!known.ok) return known;
      for (const { password } of known.value) secrets.add(password);
      const opened = decryptVault(text, known.value);
      if ('text' in opened) return { ok: true, value: opened.text, warnings: [] };
      return fail(inventoryError('vault', `Cannot decrypt ${what}: ${opened.problem}`, at, opened.hint));
    },
  };
}

async function readPasswords(sources: VaultSources, firstText: string) {
  const { readVaultPasswords } = await import('./vault-passwords.ts');
  return readVaultPasswords(sources, firstText);
}

/** Whether a file is encrypted as a whole. */
export function isVaultText(text: string): boolean {
  return text.startsWith('$ANSIBLE_VAULT;');
}

/** Texts and numbers of a value; of several lines each one too, as they may be printed with an indent. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'number') return [String(value)];
  if (typeof value === 'string') {
    const lines = value.split(/\r?\n/u).map((line) => line.trim());
    return [value, ...lines].filter((text) => text !== '');
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

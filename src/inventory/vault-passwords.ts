import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { runScript } from './run-script.ts';
import { inventoryError } from './trouble.ts';
import type { VaultPassword } from './vault-text.ts';
import { vaultLabel } from './vault-text.ts';
import type { VaultSources } from './vault.ts';

const secondsForPassword = 60;

/**
 * The passwords of all sources, in the order they were given; when there are none, the user is asked once, by the
 * label of the encrypted text that needs it.
 */
export async function readVaultPasswords(
  { passwordFiles = [], ids = [], ask }: VaultSources,
  text: string,
): Promise<Result<readonly VaultPassword[]>> {
  const sources = [
    ...ids.map(splitId),
    ...passwordFiles.map((source) => ({ id: 'default', source, given: source })),
  ];
  if (sources.length === 0) {
    const label = vaultLabel(text);
    const password = await ask?.(`Vault password${label === undefined ? '' : ` (${label})`}: `);
    return ok(password === undefined ? [] : [{ id: label ?? 'default', password }]);
  }
  const passwords: VaultPassword[] = [];
  const errors: Diagnostic[] = [];
  for (const { id, source, given } of sources) {
    const read = source === 'prompt' ? await askFor(id, ask) : await readSource(id, source);
    if (typeof read === 'object') passwords.push({ id, password: read.password });
    else errors.push(inventoryError('vault-password', `Cannot read the vault password ${given}: ${read}`));
  }
  return errors.length > 0 ? fail(...errors) : ok(passwords);
}

/** A password, or the end of a sentence why there is none. */
type Read = { readonly password: string } | string;

/** `label@source`; without a label it is "default", as with Ansible. */
function splitId(given: string): { readonly id: string; readonly source: string; readonly given: string } {
  const [, id = 'default', source = given] = /^([^@]*)@(.*)$/su.exec(given) ?? [];
  return { id: id === '' ? 'default' : id, source, given };
}

async function askFor(id: string, ask: VaultSources['ask']): Promise<Read> {
  const password = await ask?.(`Vault password (${id}): `);
  return password === undefined ? 'nobody can be asked without a terminal; a file is wanted' : { password };
}

/** An executable is run (one whose name ends in "-client" is told the label, as with Ansible), a file is read. */
async function readSource(id: string, source: string): Promise<Read> {
  const path = resolve(source);
  let text: string;
  try {
    const about = await stat(path);
    if (about.isDirectory()) return 'it is a directory; a file or an executable is wanted';
    if ((about.mode & 0o111) === 0) text = await readFile(path, 'utf8');
    else {
      const isClient = /-client(?:\.\w+)?$/u.test(basename(path));
      const printed = await runScript(path, isClient ? ['--vault-id', id] : [], secondsForPassword);
      if ('problem' in printed) return printed.problem;
      text = printed.stdout;
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOENT'
      ? 'there is no such file'
      : code === 'EACCES'
        ? 'it is not readable for you'
        : String(error);
  }
  const password = text.trim();
  return password === '' ? 'it is empty; a password is wanted' : { password };
}

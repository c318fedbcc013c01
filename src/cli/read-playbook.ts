import type { Result } from '../diagnostic.ts';
import { parseAnsibleYaml } from '../inventory/ansible-yaml.ts';
import { unsealing } from '../inventory/open-vault.ts';
import type { VaultSources, Vault } from '../inventory/vault.ts';
import { createVault } from '../inventory/vault.ts';
import { loadPlaybook, parsePlaybook } from '../playbook/load.ts';
import type { Playbook } from '../playbook/playbook.ts';
import type { Variables } from '../template/render.ts';
import type { CliContext } from './command.ts';

/** The playbook of a file; of "-" what is given to this process to read, other files then looked for from here. */
export async function readPlaybook(
  file: string,
  openVault: Vault['open'],
  extraVars: Variables,
  { input }: Pick<CliContext, 'input'>,
): Promise<Result<Playbook>> {
  const chunks: Uint8Array[] = [];
  if (file === '-') for await (const chunk of input?.()?.chunks ?? []) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return unsealing(openVault, (open) => {
    const given = { openVault: open, extraVars };
    return file === '-' ? parsePlaybook(text, 'stdin', given) : loadPlaybook(file, given);
  });
}

/** Opens what is encrypted in playbooks, and hides what was in it from all output. */
export function openingVault(sources: VaultSources, { hide }: Pick<CliContext, 'hide'>): Vault['open'] {
  const vault = createVault(sources);
  return async (text, what, at) => {
    const opened = await vault.open(text, what, at);
    if (!opened.ok) return opened;
    vault.hide(opened.value);
    // Of a whole file, the values in it.
    const parsed = parseAnsibleYaml(opened.value, at.file, true);
    if (parsed.ok) vault.hide(parsed.value.value);
    hide(vault.secrets);
    return opened;
  };
}

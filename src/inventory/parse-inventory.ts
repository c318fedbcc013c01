import type { Result } from '../diagnostic.ts';
import { fail } from '../diagnostic.ts';
import { parseAnsibleYaml } from './ansible-yaml.ts';
import { emptyDraft } from './draft.ts';
import type { Inventory } from './inventory.ts';
import { allVariables, connectionProblems, noTemplates, plainPasswords } from './load-inventory.ts';
import { mergeDraft } from './merge-draft.ts';
import type { VariableDirectories } from './precedence.ts';
import { readGroups } from './read-groups.ts';
import { encryptedValues } from './vault-values.ts';

/** Reads inventory text in YAML, as of one file; for programs that have it in memory. Nothing in it can be encrypted, and no connection variable can hold a template. */
export function parseInventory(text: string, file: string): Result<Inventory> {
  const draft = emptyDraft();
  const parsed = parseAnsibleYaml(text, file, false);
  const errors = [...(parsed.ok ? readGroups(parsed.value, draft) : parsed.diagnostics)];
  const beside: VariableDirectories = { inventory: [], playbook: [] };
  const all = allVariables(draft, beside);
  errors.push(...encryptedValues(all), ...connectionProblems(all));
  if (errors.length > 0) return fail(...errors);
  const secrets = new Set(plainPasswords(all));
  return mergeDraft(draft, beside, { defaults: new Map(), extra: new Map(), render: noTemplates, secrets });
}

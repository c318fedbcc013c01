import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail } from '../diagnostic.ts';
import { connectionProblem } from './connection-options.ts';
import type { Draft, Variables } from './draft.ts';
import { emptyDraft } from './draft.ts';
import type { Inventory } from './inventory.ts';
import { mergeDraft } from './merge-draft.ts';
import type { VariableDirectories } from './precedence.ts';
import { readSource } from './read-source.ts';
import type { VariableFiles } from './variable-files.ts';
import { readVariableFiles } from './variable-files.ts';
import { openVaultValues } from './vault-values.ts';
import type { VaultSources } from './vault.ts';
import { createVault } from './vault.ts';

/** What an inventory is read with, beside its own files. */
export interface InventoryOptions {
  /** Directory of the playbook; its group_vars/ and host_vars/ win over those beside inventories. */
  readonly playbookDirectory?: string;
  /** Passwords of what ansible-vault has encrypted. */
  readonly vault?: VaultSources;
}

/**
 * Reads inventories (YAML, INI, scripts, directories of them, lists of hosts) with their group_vars/ and host_vars/, and
 * merges them, later ones winning. Fails with every error of every file (codes `inventory/…` and `yaml/syntax`, trouble
 * `invalid`).
 */
export async function loadInventory(
  paths: readonly string[],
  { playbookDirectory, vault: sources = {} }: InventoryOptions = {},
): Promise<Result<Inventory>> {
  const draft = emptyDraft();
  const vault = createVault(sources);
  const errors: Diagnostic[] = [];
  const directories: string[] = [];
  for (const path of paths) {
    const read = await readSource(path, draft, vault);
    errors.push(...read.errors);
    if (read.directory !== undefined) directories.push(read.directory);
  }
  const names = { groups: [...draft.groups.keys()], hosts: [...draft.hosts.keys()] };
  const readAll = async (all: readonly string[]): Promise<readonly VariableFiles[]> => {
    const read: VariableFiles[] = [];
    for (const directory of lastOfEach(all))
      read.push(await readVariableFiles(directory, names, vault, errors));
    return read;
  };
  const beside: VariableDirectories = {
    inventory: await readAll(directories),
    playbook: await readAll(playbookDirectory === undefined ? [] : [playbookDirectory]),
  };
  const all = allVariables(draft, beside);
  errors.push(...(await openVaultValues(all, vault)), ...connectionProblems(all));
  return errors.length > 0 ? fail(...new Set(errors)) : mergeDraft(draft, beside, vault.secrets);
}

/** Of a directory that is there twice, the later one counts. */
function lastOfEach(directories: readonly string[]): readonly string[] {
  return directories.filter((directory, index) => directories.lastIndexOf(directory) === index);
}

/** The variables of every group and host, wherever they are written. */
export function allVariables(
  { groups, hosts }: Draft,
  { inventory, playbook }: VariableDirectories,
): readonly Variables[] {
  const ofFiles = [...inventory, ...playbook].flatMap((files) => [
    ...files.groups.values(),
    ...files.hosts.values(),
  ]);
  return [...[...groups.values(), ...hosts.values()].map(({ variables }) => variables), ...ofFiles];
}

/** What of them says wrongly how to connect. */
export function connectionProblems(all: readonly Variables[]): readonly Diagnostic[] {
  return all.flatMap((variables) =>
    [...variables].flatMap(([name, variable]) => connectionProblem(name, variable) ?? []),
  );
}

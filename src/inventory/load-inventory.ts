import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail } from '../diagnostic.ts';
import { parseAnsibleYaml } from './ansible-yaml.ts';
import { connectionProblem } from './connection-problem.ts';
import { holdsPassword, holdsTemplate } from './connection-words.ts';
import type { Draft, Variables } from './draft.ts';
import { emptyDraft } from './draft.ts';
import type { Inventory } from './inventory.ts';
import { mergeDraft } from './merge-draft.ts';
import type { VariableDirectories } from './precedence.ts';
import { readGroups } from './read-groups.ts';
import { readSource } from './read-source.ts';
import type { Render } from './render-connection.ts';
import { needsRendering } from './render-connection.ts';
import { inventoryError } from './trouble.ts';
import type { VariableFiles } from './variable-files.ts';
import { readVariableFiles } from './variable-files.ts';
import { encryptedValues, openVaultValues } from './vault-values.ts';
import type { VaultSources } from './vault.ts';
import { createVault } from './vault.ts';

/** What an inventory is read with, beside its own files. */
export interface InventoryOptions {
  /** Directory of the playbook; its group_vars/ and host_vars/ win over those beside inventories. */
  readonly playbookDirectory?: string;
  /** Passwords of what ansible-vault has encrypted. */
  readonly vault?: VaultSources;
  /** Connection variables that the inventory's own win over: what the command line says. */
  readonly connection?: Variables;
  /** Variables that win over all of the inventory's: the connection variables of -e. */
  readonly extra?: Variables;
}

/**
 * Reads inventories (YAML, INI, scripts, directories of them, lists of hosts) with their group_vars/ and host_vars/, and
 * merges them, later ones winning. Fails with every error of every file (codes `inventory/…`, `template/…` and
 * `yaml/syntax`, trouble `invalid`).
 */
export async function loadInventory(
  paths: readonly string[],
  {
    playbookDirectory,
    vault: sources = {},
    connection = new Map(),
    extra = new Map(),
  }: InventoryOptions = {},
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
  const all = [...allVariables(draft, beside), extra];
  errors.push(...(await openVaultValues(all, vault)), ...connectionProblems(all));
  if (errors.length > 0) return fail(...new Set(errors));
  const render = needsRendering(all) ? (await import('../template/render.ts')).renderValue : noTemplates;
  const secrets = new Set([...vault.secrets, ...plainPasswords(all)]);
  return mergeDraft(draft, beside, { defaults: connection, extra, render, secrets });
}

/**
 * Reads inventory text in YAML, as of one file; for programs that have it in memory. Nothing in it can be encrypted, and
 * no connection variable can hold a template.
 */
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

/** Of a directory that is there twice, the later one counts. */
function lastOfEach(directories: readonly string[]): readonly string[] {
  return directories.filter((directory, index) => directories.lastIndexOf(directory) === index);
}

function allVariables(
  { groups, hosts }: Draft,
  { inventory, playbook }: VariableDirectories,
): readonly Variables[] {
  const ofFiles = [...inventory, ...playbook].flatMap((files) => [
    ...files.groups.values(),
    ...files.hosts.values(),
  ]);
  return [...[...groups.values(), ...hosts.values()].map(({ variables }) => variables), ...ofFiles];
}

const noTemplates: Render = (_value, { '': at }) =>
  fail(
    inventoryError(
      'template',
      'Cannot render a template in text that is no file; the value itself is wanted',
      at,
    ),
  );

/** Passwords that are written as they are: they are as secret as encrypted ones. */
function plainPasswords(all: readonly Variables[]): readonly string[] {
  return all.flatMap((variables) =>
    [...variables].flatMap(([name, { value }]) =>
      holdsPassword(name) && !holdsTemplate(value) ? [String(value)] : [],
    ),
  );
}

function connectionProblems(all: readonly Variables[]): readonly Diagnostic[] {
  return all.flatMap((variables) =>
    [...variables].flatMap(([name, variable]) => connectionProblem(name, variable) ?? []),
  );
}

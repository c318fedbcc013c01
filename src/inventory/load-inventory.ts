import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail } from '../diagnostic.ts';
import { connectionProblem } from './connection-problem.ts';
import { holdsPassword, holdsTemplate } from './connection-words.ts';
import type { Draft, Variables } from './draft.ts';
import { emptyDraft } from './draft.ts';
import type { Inventory } from './inventory.ts';
import { LOCALHOST } from './localhost.ts';
import { mergeDraft } from './merge-draft.ts';
import type { VariableDirectories } from './precedence.ts';
import { readSource } from './read-source.ts';
import type { Render } from './render-connection.ts';
import { needsRendering } from './render-connection.ts';
import { inventoryError } from './trouble.ts';
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
  const names = {
    groups: [...draft.groups.keys()],
    // Playbooks alone have this machine as a host: others need no password of what is encrypted for it.
    hosts: new Set([...draft.hosts.keys(), ...(playbookDirectory === undefined ? [] : [LOCALHOST])]),
  };
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
  const render = needsRendering(all) ? await loadTemplates(playbookDirectory ?? '.') : noTemplates;
  const secrets = new Set([...vault.secrets, ...plainPasswords(all)]);
  return mergeDraft(draft, beside, { defaults: connection, extra, render, secrets });
}

/** Connection variables are rendered before there are tasks: lookups look for files beside the playbook. */
async function loadTemplates(home: string): Promise<Render> {
  const [{ renderValue }, { CONTROLLER }, { createController }] = await Promise.all([
    import('../template/render.ts'),
    import('../template/controller.ts'),
    import('../files/controller.ts'),
  ]);
  const controller = createController({ directories: [home], home });
  return (value, positions, variables) =>
    renderValue(value, positions, { ...variables, [CONTROLLER]: controller });
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

/** Where nothing needs rendering, or nothing can be rendered. */
export const noTemplates: Render = (_value, { '': at }) =>
  fail(
    inventoryError(
      'template',
      'Cannot render a template in text that is no file; the value itself is wanted',
      at,
    ),
  );

/** Passwords that are written as they are: they are as secret as encrypted ones. */
export function plainPasswords(all: readonly Variables[]): readonly string[] {
  return all.flatMap((variables) =>
    [...variables].flatMap(([name, { value }]) =>
      holdsPassword(name) && !holdsTemplate(value) ? [String(value)] : [],
    ),
  );
}

/** What of them says wrongly how to connect. */
export function connectionProblems(all: readonly Variables[]): readonly Diagnostic[] {
  return all.flatMap((variables) =>
    [...variables].flatMap(([name, variable]) => connectionProblem(name, variable) ?? []),
  );
}

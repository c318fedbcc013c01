import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Diagnostic } from '../diagnostic.ts';
import { positionAt } from '../diagnostic.ts';
import type { Variables } from './draft.ts';
import { inventoryError } from './trouble.ts';
import { setVariable } from './variable.ts';
import { isVaultText } from './vault.ts';
import type { Vault } from './vault.ts';

/** Variables of groups and hosts from the group_vars/ and host_vars/ of one directory, by name. */
export interface VariableFiles {
  readonly groups: ReadonlyMap<string, Variables>;
  readonly hosts: ReadonlyMap<string, Variables>;
}

/** What ends a file's name that holds variables; no end is first, as with Ansible. */
const endings = ['', '.yml', '.yaml', '.json'];

/** Reads group_vars/ and host_vars/ in a directory, of these groups and hosts only; adds what is wrong to `errors`. */
export async function readVariableFiles(
  directory: string,
  names: { readonly groups: Iterable<string>; readonly hosts: Iterable<string> },
  vault: Vault,
  errors: Diagnostic[],
): Promise<VariableFiles> {
  const read = async (folder: string, wanted: Iterable<string>): Promise<ReadonlyMap<string, Variables>> => {
    const found = new Map<string, Variables>();
    const entries = await entriesOf(join(directory, folder));
    if (entries.size === 0) return found;
    for (const name of wanted) {
      const entry = endings.map((ending) => name + ending).find((file) => entries.has(file));
      if (entry === undefined) continue;
      const variables: Variables = new Map();
      for (const file of await filesOf(join(directory, folder, entry)))
        errors.push(...(await readVariablesFile(file, variables, vault)));
      found.set(name, variables);
    }
    return found;
  };
  return { groups: await read('group_vars', names.groups), hosts: await read('host_vars', names.hosts) };
}

async function entriesOf(directory: string): Promise<ReadonlySet<string>> {
  return new Set(await readdir(directory).catch(() => []));
}

/** The file itself, or all files in a directory, in order; hidden ones, backups and other endings are passed over. */
async function filesOf(path: string): Promise<readonly string[]> {
  const about = await stat(path).catch(() => undefined);
  if (about?.isDirectory() !== true) return [path];
  const files: string[] = [];
  for (const name of (await readdir(path)).sort()) {
    if (name.startsWith('.') || name.endsWith('~') || !endings.includes(extname(name))) continue;
    const inside = join(path, name);
    const isDirectory = (await stat(inside).catch(() => undefined))?.isDirectory() === true;
    if (!isDirectory) files.push(inside);
    else if (extname(name) === '') files.push(...(await filesOf(inside)));
  }
  return files;
}

async function readVariablesFile(
  file: string,
  into: Variables,
  vault: Vault,
): Promise<readonly Diagnostic[]> {
  const start = { file, line: 1, column: 1 };
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return [inventoryError('unreadable', `Cannot read variables from ${file}: ${String(error)}`)];
  }
  const secret = isVaultText(text);
  const opened = secret ? await vault.open(text, file, start) : undefined;
  if (opened?.ok === false) return opened.diagnostics;
  const { parseAnsibleYaml } = await import('./ansible-yaml.ts');
  const parsed = parseAnsibleYaml(opened?.value ?? text, file, secret);
  if (!parsed.ok) return parsed.diagnostics;
  const { value, positions } = parsed.value;
  if (secret) vault.hide(value);
  if (value === null || value === undefined) return [];
  if (typeof value !== 'object' || Array.isArray(value)) {
    const message = `Cannot read variables from ${file}: it is no mapping; names with values are wanted`;
    return [inventoryError('not-a-mapping', message, start)];
  }
  return Object.entries(value).flatMap(([name, item]) => {
    const at = positionAt(positions, [name]) ?? start;
    return setVariable(into, name, { value: item, at, ...(secret && { secret }) });
  });
}

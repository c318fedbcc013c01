import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Diagnostic } from '../diagnostic.ts';
import type { Draft } from './draft.ts';
import { draftHost, draftGroup } from './draft.ts';
import { readHostEntry } from './host-pattern.ts';
import { inventoryForm } from './inventory-form.ts';
import { inventoriesIn } from './read-directory.ts';
import { readGroups } from './read-groups.ts';
import { inventoryError } from './trouble.ts';
import type { Vault } from './vault.ts';
import { isVaultText } from './vault.ts';

/** What one `-i` was: where group_vars/ and host_vars/ are looked for, and what is wrong with it. */
export interface SourceRead {
  /** Undefined for a list of hosts, which is nowhere. */
  readonly directory?: string;
  readonly errors: readonly Diagnostic[];
}

/** Reads what one `-i` names into the draft: a file of any form, a directory of them, or a list of hosts ("pve1,pve2,"). */
export async function readSource(path: string, draft: Draft, vault: Vault): Promise<SourceRead> {
  const about = await stat(path).catch((error: unknown) => error);
  const isDirectory = isStats(about) && about.isDirectory();
  if (!isStats(about) && path.includes(',')) return { errors: readHostList(path, draft) };
  return {
    directory: isDirectory ? path : dirname(path),
    errors: isDirectory ? await readAll(path, draft, vault) : await readOneFile(path, draft, vault),
  };
}

async function readAll(directory: string, draft: Draft, vault: Vault): Promise<readonly Diagnostic[]> {
  const errors: Diagnostic[] = [];
  for (const path of await inventoriesIn(directory))
    errors.push(...(await readSource(path, draft, vault)).errors);
  return errors;
}

function readHostList(list: string, draft: Draft): readonly Diagnostic[] {
  const errors: Diagnostic[] = [];
  const ungrouped = draftGroup(draft, 'ungrouped');
  for (const { 0: whole, index } of list.matchAll(/[^,\s](?:[^,]*[^,\s])?/gu)) {
    const at = { file: `-i ${list}`, line: 1, column: index + 1 };
    const entry = readHostEntry(whole);
    if ('problem' in entry) {
      errors.push(inventoryError('host-name', `Cannot read host "${whole}": ${entry.problem}`, at));
      continue;
    }
    for (const name of entry.names) {
      const host = draftHost(draft, name, at);
      ungrouped.hosts.add(name);
      if (entry.port !== undefined) host.variables.set('ansible_port', { value: entry.port, at });
    }
  }
  return errors;
}

async function readOneFile(path: string, draft: Draft, vault: Vault): Promise<readonly Diagnostic[]> {
  const start = { file: path, line: 1, column: 1 };
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    return [inventoryError('unreadable', `Cannot read inventory ${path}: ${problemOf(error)}`)];
  }
  const { mode } = await stat(path);
  const form = inventoryForm(path, bytes, (mode & 0o111) !== 0);
  if (form === 'script') return (await import('./read-script.ts')).readScript(resolve(path), path, draft);
  const text = bytes.toString('utf8');
  const secret = isVaultText(text);
  const opened = secret ? await vault.open(text, path, start) : undefined;
  if (opened?.ok === false) return opened.diagnostics;
  const plain = opened?.value ?? text;
  // What was encrypted is YAML: an INI file has nowhere to keep a secret apart from its hosts.
  if (!secret && form === 'ini') return (await import('./read-ini.ts')).readIni(plain, path, draft);
  const { parseAnsibleYaml } = await import('./ansible-yaml.ts');
  const parsed = parseAnsibleYaml(plain, path, secret);
  if (!parsed.ok) return parsed.diagnostics;
  if (secret) vault.hide(parsed.value.value);
  return readGroups(parsed.value, draft, secret);
}

function problemOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  return code === 'EACCES' ? 'it is not readable for you' : String(error);
}

function isStats(about: unknown): about is Awaited<ReturnType<typeof stat>> {
  return typeof about === 'object' && about !== null && 'isDirectory' in about;
}

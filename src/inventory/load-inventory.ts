import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { parseYaml } from '../text/parse-yaml.ts';
import type { Draft } from './draft.ts';
import { emptyDraft } from './draft.ts';
import type { Inventory } from './inventory.ts';
import { mergeDraft } from './merge-draft.ts';
import { readGroups } from './read-groups.ts';
import { inventoryError } from './trouble.ts';

/**
 * Reads inventory files in Ansible's YAML form and merges them, later files winning. Fails with every error of every
 * file (codes `inventory/…` and `yaml/syntax`, trouble `invalid`).
 */
export async function loadInventory(paths: readonly string[]): Promise<Result<Inventory>> {
  const draft = emptyDraft();
  const errors: Diagnostic[] = [];
  for (const path of paths) errors.push(...(await readInventoryFile(path, draft)));
  return errors.length > 0 ? fail(...errors) : mergeDraft(draft);
}

/** Reads inventory text, as of one file; for programs that have it in memory. */
export function parseInventory(text: string, file: string): Result<Inventory> {
  const draft = emptyDraft();
  const errors = readInventoryText(text, file, draft);
  return errors.length > 0 ? fail(...errors) : mergeDraft(draft);
}

async function readInventoryFile(path: string, draft: Draft): Promise<readonly Diagnostic[]> {
  const text = await readText(path);
  if (!text.ok) return text.diagnostics;
  return [...readInventoryText(text.value, path, draft), ...(await variableDirectories(path))];
}

function readInventoryText(text: string, file: string, draft: Draft): readonly Diagnostic[] {
  const foreign = foreignForm(text);
  if (foreign !== undefined) {
    const message = `Cannot read inventory ${file}: it is ${foreign}, which pvefleet does not read yet; Ansible's YAML form is wanted`;
    return [inventoryError('not-yet', message, { file, line: 1, column: 1 }, yamlHint(file))];
  }
  const parsed = parseYaml(text, file);
  return parsed.ok ? readGroups(parsed.value, draft) : parsed.diagnostics;
}

async function readText(path: string): Promise<Result<string>> {
  try {
    return ok(await readFile(path, 'utf8'));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const [problem, hint] =
      code === 'EISDIR'
        ? [
            'it is a directory, which pvefleet does not read yet; a YAML file is wanted',
            `List its files one by one: -i ${join(path, 'FILE')}`,
          ]
        : code === 'ENOENT'
          ? [
              'there is no such file',
              path.includes(',')
                ? 'Host lists ("-i pve1,pve2") are not supported yet; write a file'
                : undefined,
            ]
          : code === 'EACCES'
            ? ['it is not readable for you', undefined]
            : [String(error), undefined];
    return fail(inventoryError('unreadable', `Cannot read inventory ${path}: ${problem}`, undefined, hint));
  }
}

/** Ansible reads variables from these directories beside an inventory; to pass them over would be to connect wrongly. */
async function variableDirectories(path: string): Promise<readonly Diagnostic[]> {
  const beside = await readdir(dirname(path));
  return ['group_vars', 'host_vars']
    .filter((name) => beside.includes(name))
    .map((name) => {
      const message = `Cannot read ${join(dirname(path), name)}: pvefleet does not read variables from ${name}/ yet; vars in the inventory are wanted`;
      return inventoryError('not-yet', message, { file: path, line: 1, column: 1 }, yamlHint(path));
    });
}

/** What a text is when it is plainly no YAML inventory. */
function foreignForm(text: string): string | undefined {
  if (text.startsWith('#!')) return 'a script';
  const first = text.split(/\r?\n/u).find((line) => !/^\s*([#;].*)?$/u.test(line)) ?? '';
  return /^\s*\[[^\]]*\]\s*([#;].*)?$/u.test(first) || /^[\w.-]+(\s+\w+=\S+)+\s*$/u.test(first)
    ? "Ansible's INI form"
    : undefined;
}

const yamlHint = (path: string): string =>
  `Write it as YAML: ansible-inventory -i ${path} --list --yaml --output inventory.yml`;

import type { Diagnostic, Positions, Result } from '../diagnostic.ts';
import { ok, positionAt } from '../diagnostic.ts';
import type { Sourced } from '../text/parse-yaml.ts';
import { parseYaml } from '../text/parse-yaml.ts';
import { playbookDialect, withoutTexts } from './ansible-yaml.ts';
import type { OpenVault } from './open-vault.ts';
import { vaultKey } from './vault-values.ts';
import { isVaultText } from './vault.ts';

/** Reads the YAML of a playbook or its variables, encrypted as a whole or with encrypted values (`!vault`). Those that can't be opened are told beside the rest. */
export function parseSealed(text: string, file: string, openVault: OpenVault): Result<Sourced> {
  const start = { file, line: 1, column: 1 };
  if (isVaultText(text)) {
    const opened = openVault(text, file, start);
    if (opened === undefined) return ok({ value: null, positions: { '': start }, booleanWords: {} });
    return opened.ok ? withoutTexts(parseYaml(opened.value, file, playbookDialect)) : opened;
  }
  const parsed = parseYaml(text, file, playbookDialect);
  if (!parsed.ok || !text.includes('!vault')) return parsed;
  const { value, positions } = parsed.value;
  const diagnostics: Diagnostic[] = [];
  const plain = withOpened(value, [], { positions, openVault, diagnostics });
  return ok({ ...parsed.value, value: plain }, diagnostics);
}

interface Opening {
  readonly positions: Positions;
  readonly openVault: OpenVault;
  readonly diagnostics: Diagnostic[];
}

function withOpened(value: unknown, path: readonly (string | number)[], opening: Opening): unknown {
  if (Array.isArray(value)) return value.map((item, index) => withOpened(item, [...path, index], opening));
  if (typeof value !== 'object' || value === null) return value;
  const sealed = vaultKey in value ? value[vaultKey] : undefined;
  if (typeof sealed !== 'string')
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, withOpened(item, [...path, key], opening)]),
    );
  const { positions, openVault, diagnostics } = opening;
  const at = positionAt(positions, path) ?? { file: '', line: 1, column: 1 };
  const opened = openVault(sealed, `"${path.at(-1) ?? ''}"`, at);
  if (opened?.ok === false) diagnostics.push(...opened.diagnostics);
  return opened?.ok === true ? opened.value : '';
}

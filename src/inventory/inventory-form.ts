import { extname } from 'node:path';

/** In which of Ansible's forms an inventory file is written. */
export type InventoryForm = 'script' | 'ini' | 'yaml';

const yamlEndings = ['.yml', '.yaml', '.json'];

/**
 * The form of a file. A script is executable or says so in its first line. Ansible tries YAML, then INI, and shows the
 * errors of both; here the first line that says anything decides, so that there are only the errors of one.
 */
export function inventoryForm(path: string, bytes: Uint8Array, executable: boolean): InventoryForm {
  const isData = [...yamlEndings, '.ini'].includes(extname(path));
  const text = new TextDecoder().decode(bytes.subarray(0, 65_536));
  if (text.startsWith('#!') || (executable && !isData)) return 'script';
  const first = text.split(/\r?\n/u).find((line) => !/^\s*(?:[#;].*)?$/u.test(line)) ?? '';
  if (isSection(first) || isHostWithVariables(first)) return 'ini';
  if (yamlEndings.includes(extname(path))) return 'yaml';
  return first === '' || /^(?:---|%|\s*[{"']|[^\s:=[]+:(?:\s|$)|- )/u.test(first) ? 'yaml' : 'ini';
}

const isSection = (line: string): boolean => /^\s*\[[^\]]*\]\s*(?:[#;].*)?$/u.test(line);
const isHostWithVariables = (line: string): boolean => /^[^\s"'{]+(?:\s+\w+=\S.*)+$/u.test(line);

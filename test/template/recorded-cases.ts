import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createController } from '../../src/files/controller.ts';
import { CONTROLLER } from '../../src/template/controller.ts';
import { pythonJson, pythonText } from '../../src/template/python-text.ts';
import { renderValue } from '../../src/template/render.ts';

/** Templates that Ansible 2.14 has rendered (record-cases.py). */
export interface Recorded {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly cases: readonly { readonly template: string; readonly ansible_2_14: string }[];
}

const beside = fileURLToPath(new URL('beside', import.meta.url));

export function recorded(name: string): Recorded {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as Recorded;
}

/**
 * What a template gives, told as Ansible's was: "ERROR" for what is refused. One value that is no text keeps its type here
 * and is text there: told as that text, where they agree.
 */
export function rendered({ variables }: Recorded, template: string, ansible: string): string {
  const controller = createController({ directories: [beside], home: beside });
  const result = renderValue(template, {}, { ...variables, [CONTROLLER]: controller });
  if (!result.ok) {
    const [{ message } = { message: '' }] = result.diagnostics;
    return ansible.startsWith('ERROR') ? ansible : `ERROR ${message}`;
  }
  const { value } = result;
  const text = typeof value === 'string' ? value : `NATIVE ${pythonJson(value)}`;
  const asText = value === null ? '' : typeof value === 'string' ? value : pythonText(value);
  // A number without a fraction has none.
  const isSame = asText === ansible || (typeof value === 'number' && `${value}.0` === ansible);
  return (isSame ? ansible : text).replaceAll(beside, 'BASE');
}

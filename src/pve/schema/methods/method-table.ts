import type { MethodSchema, PropertySchema, SchemaTable } from '../property-schema.ts';
import { sharedParameters } from './shared-parameters.ts';

/**
 * Methods from one line each: method, path, "+vm" or "+container" if it takes all options of such a guest, and its
 * parameters by the names of their rows. "name?" may be left out; "name.2" is another schema of the same parameter.
 */
export function methodTable(rows: SchemaTable, lines: readonly string[]): readonly MethodSchema[] {
  return lines.map((line) => {
    const [method, path = '', ...words] = line.split(' ');
    const params: Record<string, PropertySchema> = {};
    for (const word of words.filter((text) => !text.startsWith('+'))) {
      const row = word.replace(/\?$/u, '');
      const schema = rows[row] ?? sharedParameters[row] ?? {};
      params[row.replace(/\.\d+$/u, '')] = word === row ? schema : { ...schema, optional: true };
    }
    return { method: verb(method), path, ...guestOptions(words), params };
  });
}

function verb(word: string | undefined): MethodSchema['method'] {
  return word === 'POST' || word === 'PUT' || word === 'DELETE' ? word : 'GET';
}

function guestOptions(words: readonly string[]): Pick<MethodSchema, 'options'> {
  if (words.includes('+vm')) return { options: 'vm' };
  return words.includes('+container') ? { options: 'container' } : {};
}

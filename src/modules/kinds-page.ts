import { propertyFormat } from '../pve/named-property-formats.ts';
import { DISK_WORDS } from './guest/disk-place.ts';
import type { OptionSchema } from '../pve/option-schema.ts';
import { optionSchema } from '../pve/option-schema.ts';
import type { ResourceModule } from './module.ts';
import type { Property } from './property.ts';

/** The docs page of all kinds, made from their tables and PVE's schema: what a spec may say. */
export function kindsPage(modules: readonly ResourceModule[]): string {
  const intro = [
    '# Kinds',
    '',
    "What a task or a state document may declare. The options are PVE's own, by their names; each value is PVE's text, or a mapping of its",
    'sub-properties. What a spec leaves out is left alone, `null` removes an option. This page is made from the tables in `src/modules`.',
    '',
  ];
  return [...intro, ...modules.flatMap(kindSection)].join('\n');
}

function kindSection(module: ResourceModule): readonly string[] {
  return [
    `## ${module.kind}`,
    '',
    module.summary,
    '',
    ...exampleLines(module.example),
    '',
    '| word | |',
    '| --- | --- |',
    ...module.words.map(({ name, help }) => `| \`${name}\` | ${help} |`),
    '',
    '| option | value | changes a running guest | |',
    '| --- | --- | --- | --- |',
    ...module.properties.map((row) => propertyRow(module.kind, row)),
    '',
  ];
}

/** A task, as it stands in a playbook. */
export function exampleLines(example: string): readonly string[] {
  return example.split('\n').map((line, index) => `    ${index === 0 ? '- ' : '  '}${line}`);
}

function propertyRow(kind: string, row: Property): string {
  const schema =
    kind === 'vm' || kind === 'container'
      ? optionSchema(kind, row.indexed === true ? `${row.name}0` : row.name)
      : undefined;
  const name =
    row.dotted === true
      ? `${row.name}.…`
      : row.indexed === true
        ? `${row.name}0\` … \`${row.name}${(schema?.count ?? 1) - 1}`
        : row.name;
  return `| \`${name}\` | ${valueText(row, schema)} | ${effectText(row)} | ${row.help} |`;
}

function valueText(row: Property, schema: OptionSchema | undefined): string {
  if (row.shape === 'lines') return 'a list of lines';
  if (row.shape === 'keys') return 'public keys, a list or lines';
  if (row.shape === 'secret') return 'a secret';
  if (schema === undefined) return 'text';
  const format = propertyFormat(schema);
  if (format !== undefined) {
    const keys = Object.keys(format).filter((key) => format[key]?.alias === undefined);
    return [...(row.shape === 'disk' ? diskWords(keys) : []), ...keys.filter((key) => key !== 'size')]
      .map((key) => `\`${key}\``)
      .join(' ');
  }
  if (schema.enum !== undefined) return schema.enum.map((each) => `\`${each}\``).join(' ');
  const type = schema.type === 'boolean' ? 'yes or no' : schema.type === 'string' ? 'text' : 'number';
  const bounds = [
    schema.minimum === undefined ? '' : `from ${schema.minimum}`,
    schema.maximum === undefined ? '' : `to ${schema.maximum}`,
  ];
  return [type, ...bounds].filter((each) => each !== '').join(' ');
}

function effectText(row: Property): string {
  if (row.refused !== undefined) return "can't be declared";
  if (row.fixed === true) return 'never: fixed once it is made';
  if (row.transient === true) return 'only when it is made';
  if (typeof row.effect !== 'string') return 'at once or after a restart, as PVE decides; the plan says';
  return row.effect === 'now' ? 'at once' : 'after a restart';
}

/** Where an image can be imported from a URL, its words too. */
function diskWords(keys: readonly string[]): readonly string[] {
  return ['storage', 'size', ...(keys.includes('import-from') ? DISK_WORDS : ['delete-source'])];
}

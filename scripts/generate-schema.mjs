// Makes the tables in src/pve/schema/ from PVE's API schema (the JSON that PVE's own api-viewer is made of, reduced
// to path -> method -> parameters).
//   node scripts/generate-schema.mjs api-schema.json
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = process.argv[2];
if (source === undefined) {
  console.error('usage: node scripts/generate-schema.mjs api-schema.json');
  process.exit(1);
}
const api = JSON.parse(readFileSync(source, 'utf8'));

const guests = [
  { kind: 'vm', path: '/nodes/{node}/qemu' },
  { kind: 'container', path: '/nodes/{node}/lxc' },
];

/** The tables of methods, each for the paths that match and that no earlier one has. */
const areas = [
  ['firewall', /\/firewall(?:\/|$)/u, 'The firewalls of cluster, nodes, guests and vnets.'],
  ['vm', /^\/nodes\/\{node\}\/qemu/u, 'Virtual machines.'],
  ['container', /^\/nodes\/\{node\}\/lxc/u, 'Containers.'],
  ['storage', /^(?:\/storage|\/nodes\/\{node\}\/(?:storage|scan))/u, 'Storages and what is on them.'],
  ['access', /^\/(?:access|pools)/u, 'Users, groups, roles, realms, permissions and pools.'],
  ['ha', /^\/cluster\/ha/u, 'High availability.'],
  ['sdn', /^(?:\/cluster|\/nodes\/\{node\})\/sdn/u, 'Software defined networks.'],
  ['network', /^\/nodes\/\{node\}\/network/u, 'Network interfaces of a node.'],
  ['backup', /^(?:\/cluster\/(?:backup|jobs)|\/nodes\/\{node\}\/vzdump)/u, 'Backups and jobs.'],
  ['replication', /^(?:\/cluster|\/nodes\/\{node\})\/replication/u, 'Replication of guests.'],
  ['ceph', /^(?:\/cluster|\/nodes\/\{node\})\/ceph/u, 'Ceph.'],
  ['notification', /^\/cluster\/(?:notifications|metrics)/u, 'Notifications and metric servers.'],
  ['mapping', /^(?:\/cluster\/mapping|\/nodes\/\{node\}\/hardware)/u, 'Devices and directories by name.'],
  ['node', /^\/nodes/u, 'What is left of a node.'],
  ['cluster', /^\//u, 'What is left of a cluster.'],
];

/** One parameter in our words, keys in a fixed order. */
function property(raw) {
  const made = {};
  if (raw.alias === undefined) made.type = raw.type;
  // Of the properties that only some types have, the type decides.
  if (raw.optional || raw['type-property']) made.optional = true;
  if (raw.default_key) made.defaultKey = true;
  if (raw.default !== undefined && raw.default !== null) made.default = raw.default;
  for (const key of ['enum', 'alias', 'keyAlias', 'requires'])
    if (raw[key] !== undefined && raw[key] !== null) made[key] = raw[key];
  for (const key of ['minimum', 'maximum', 'minLength', 'maxLength']) {
    if (raw[key] !== undefined) made[key] = Number(raw[key]);
  }
  if (raw.pattern !== undefined) made.pattern = javascriptPattern(raw.pattern);
  if (raw.format !== undefined) made.format = typeof raw.format === 'string' ? raw.format : table(raw.format);
  if (raw.items !== undefined) made.items = property(raw.items);
  return made;
}

/** Perl prints a compiled expression as (?^:...), (?^i:...) without case; {,8} is a count there, a text in JavaScript. */
const javascriptPattern = (perl) =>
  perl
    .replaceAll(/\(\?\^i:[^()]*(?:\\[()][^()]*)*\)/gu, (part) =>
      part.replace('^i', '').replaceAll(/a-z(?!A-Z)/gu, 'a-zA-Z'),
    )
    .replaceAll('(?^:', '(?:')
    .replaceAll('{,', '{0,');

const table = (raw) =>
  Object.fromEntries(
    Object.keys(raw)
      .sort()
      .map((name) => [name, property(raw[name])]),
  );

const parametersOf = (path, method) => {
  const found = api[path]?.[method]?.parameters;
  if (found === undefined) throw new Error(`${method} ${path} is not in ${source}`);
  return table(found);
};

/** Takes out of `params` what is the same option in `options`. */
const beyond = (params, options) =>
  Object.fromEntries(
    Object.entries(params).filter(
      ([name, schema]) => JSON.stringify(schema) !== JSON.stringify(options[name]),
    ),
  );

const quote = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const key = (name) => (/^[a-z_]\w*$/iu.test(name) ? name : quote(name));

/** A value on one line. */
function inline(value) {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value) && value.length > 8 && !value.some((word) => word.includes(' ')))
    return `${quote(value.join(' '))}.split(' ')`;
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object') return String(value);
  return `{ ${Object.entries(value)
    .map(([name, part]) => `${key(name)}: ${inline(part)}`)
    .join(', ')} }`;
}

/** One line a property; the keys of a property string one line each. */
function lines(params, indent) {
  return Object.entries(params).flatMap(([name, schema]) => {
    if (typeof schema.format !== 'object') return [`${indent}${key(name)}: ${inline(schema)},`];
    const { format, ...rest } = schema;
    return [
      `${indent}${key(name)}: {`,
      ...Object.entries(rest).map(([field, value]) => `${indent}  ${key(field)}: ${inline(value)},`),
      `${indent}  format: {`,
      ...lines(format, `${indent}    `),
      `${indent}  },`,
      `${indent}},`,
    ];
  });
}

const header = '// Made by scripts/generate-schema.mjs from the API schema of PVE 9.1; do not edit.';

const formatter = fileURLToPath(new URL('../node_modules/oxfmt/bin/oxfmt', import.meta.url));

function write(file, text) {
  const target = fileURLToPath(new URL(`../src/pve/schema/${file}`, import.meta.url));
  writeFileSync(target, text);
  execFileSync(process.execPath, [formatter, target]);
}

const optionsOf = new Map();
for (const { kind, path } of guests) {
  const set = parametersOf(`${path}/{vmid}/config`, 'PUT');
  const create = parametersOf(path, 'POST');
  const options = Object.fromEntries(
    Object.entries(set).filter(
      ([name, schema]) =>
        !['node', 'vmid'].includes(name) && JSON.stringify(schema) === JSON.stringify(create[name]),
    ),
  );
  write(
    `${kind}-options.ts`,
    [
      header,
      "import type { SchemaTable } from './property-schema.ts';",
      '',
      `/** Every option that a ${kind}'s config may hold and its create and set take (\`PUT ${path}/{vmid}/config\`). */`,
      `export const ${kind}Options: SchemaTable = {`,
      ...lines(options, '  '),
      '};',
      '',
    ].join('\n'),
  );
  optionsOf.set(path, { kind, options });
}

/** A method and its parameters; the options of a guest's config are left out where all of them are taken. */
function readMethod(method, path) {
  const params = table(api[path][method].parameters ?? {});
  const guest = [...optionsOf.entries()].find(([root]) => path.startsWith(root))?.[1];
  const takesOptions =
    guest !== undefined && Object.keys(guest.options).every((name) => params[name] !== undefined);
  return {
    head: `${method} ${path}${takesOptions ? ` +${guest.kind}` : ''}`,
    params: Object.entries(takesOptions ? beyond(params, guest.options) : params).map(([name, schema]) => ({
      name,
      ...bare(schema),
    })),
  };
}

/** A parameter without what a check doesn't ask for (defaults), and without "optional", which stands in the method's line. */
function bare({ optional, ...schema }) {
  return { optional: optional === true, schema: withoutDefaults(schema) };
}

function withoutDefaults(schema) {
  const { default: _, ...rest } = schema;
  if (typeof rest.format === 'object')
    rest.format = Object.fromEntries(
      Object.entries(rest.format).map(([name, row]) => [name, withoutDefaults(row)]),
    );
  return rest;
}

const areaOf = (path) => areas.find(([, pattern]) => pattern.test(path))[0];

const methodsOf = new Map(areas.map(([area]) => [area, []]));
for (const [path, methods] of Object.entries(api))
  for (const method of Object.keys(methods)) methodsOf.get(areaOf(path)).push(readMethod(method, path));

/** Rows that several areas have, under the plain name the one that is used most. */
const users = new Map();
for (const [area, methods] of methodsOf)
  for (const { name, schema } of methods.flatMap(({ params }) => params)) {
    const id = JSON.stringify([name, schema]);
    const row = users.get(id) ?? { name, schema, areas: new Set() };
    row.areas.add(area);
    users.set(id, row);
  }
const shared = new Map();
for (const { name, schema, areas: found } of [...users.values()].toSorted(
  (a, b) => b.areas.size - a.areas.size,
))
  if (found.size > 1 && !shared.has(name)) shared.set(name, schema);

const sorted = (rows) => Object.fromEntries([...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)));

write(
  'methods/shared-parameters.ts',
  [
    header,
    "import type { SchemaTable } from '../property-schema.ts';",
    '',
    '/** Parameters that methods of more than one area take. */',
    'export const sharedParameters: SchemaTable = {',
    ...lines(sorted(shared), '  '),
    '};',
    '',
  ].join('\n'),
);

for (const [area, , about] of areas) {
  const rows = new Map();
  const methods = methodsOf
    .get(area)
    .map(({ head, params }) =>
      [
        head,
        ...params.map(({ name, optional, schema }) => rowName(rows, name, schema) + (optional ? '?' : '')),
      ].join(' '),
    );
  write(
    `methods/${area}-methods.ts`,
    [
      header,
      "import { methodTable } from './method-table.ts';",
      '',
      `/** ${about} */`,
      `export const ${area}Methods = methodTable(`,
      '  {',
      ...lines(sorted(rows), '    '),
      '  },',
      '  [',
      ...methods.map((line) => `    ${quote(line)},`),
      '  ],',
      ');',
      '',
    ].join('\n'),
  );
}

/** The name of a row of that schema: the parameter's own, or with a number after it for another schema of the same name. */
function rowName(rows, name, schema) {
  const text = JSON.stringify(schema);
  for (let number = 1; ; number += 1) {
    const found = number === 1 ? name : `${name}.${number}`;
    const known = shared.get(found) ?? rows.get(found);
    if (known === undefined) rows.set(found, schema);
    if (known === undefined || JSON.stringify(known) === text) return found;
  }
}

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

/** What qm and pct call: the API methods of their command tables (qemu-server PVE/CLI/qm.pm, pve-container PVE/CLI/pct.pm). */
const guests = [
  {
    kind: 'vm',
    path: '/nodes/{node}/qemu',
    methods: [
      'GET ',
      'POST ',
      'DELETE /{vmid}',
      'GET /{vmid}/config',
      'PUT /{vmid}/config',
      'POST /{vmid}/config',
      'GET /{vmid}/pending',
      'PUT /{vmid}/resize',
      'POST /{vmid}/move_disk',
      'PUT /{vmid}/unlink',
      'GET /{vmid}/status/current',
      'POST /{vmid}/status/start',
      'POST /{vmid}/status/stop',
      'POST /{vmid}/status/reset',
      'POST /{vmid}/status/shutdown',
      'POST /{vmid}/status/reboot',
      'POST /{vmid}/status/suspend',
      'POST /{vmid}/status/resume',
      'PUT /{vmid}/sendkey',
      'POST /{vmid}/agent',
      'POST /{vmid}/clone',
      'POST /{vmid}/migrate',
      'POST /{vmid}/remote_migrate',
      'GET /{vmid}/snapshot',
      'POST /{vmid}/snapshot',
      'DELETE /{vmid}/snapshot/{snapname}',
      'POST /{vmid}/snapshot/{snapname}/rollback',
      'POST /{vmid}/template',
      'GET /{vmid}/cloudinit',
      'PUT /{vmid}/cloudinit',
      'GET /{vmid}/cloudinit/dump',
    ],
  },
  {
    kind: 'container',
    path: '/nodes/{node}/lxc',
    methods: [
      'GET ',
      'POST ',
      'DELETE /{vmid}',
      'GET /{vmid}/config',
      'PUT /{vmid}/config',
      'GET /{vmid}/pending',
      'PUT /{vmid}/resize',
      'POST /{vmid}/move_volume',
      'GET /{vmid}/status/current',
      'POST /{vmid}/status/start',
      'POST /{vmid}/status/stop',
      'POST /{vmid}/status/shutdown',
      'POST /{vmid}/status/reboot',
      'POST /{vmid}/status/suspend',
      'POST /{vmid}/status/resume',
      'POST /{vmid}/clone',
      'POST /{vmid}/migrate',
      'POST /{vmid}/remote_migrate',
      'GET /{vmid}/snapshot',
      'POST /{vmid}/snapshot',
      'DELETE /{vmid}/snapshot/{snapname}',
      'POST /{vmid}/snapshot/{snapname}/rollback',
      'POST /{vmid}/template',
    ],
  },
];

/** One parameter in our words, keys in a fixed order. */
function property(raw) {
  const made = {};
  if (raw.alias === undefined) made.type = raw.type;
  if (raw.optional) made.optional = true;
  if (raw.default_key) made.defaultKey = true;
  if (raw.default !== undefined && raw.default !== null) made.default = raw.default;
  for (const key of ['enum', 'alias', 'keyAlias', 'requires'])
    if (raw[key] !== undefined) made[key] = raw[key];
  for (const key of ['minimum', 'maximum', 'minLength', 'maxLength']) {
    if (raw[key] !== undefined) made[key] = Number(raw[key]);
  }
  if (raw.pattern !== undefined) made.pattern = javascriptPattern(raw.pattern);
  if (raw.format !== undefined) made.format = typeof raw.format === 'string' ? raw.format : table(raw.format);
  return made;
}

/** Perl prints a compiled expression as (?^:...). */
const javascriptPattern = (perl) => perl.replaceAll('(?^:', '(?:');

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

for (const { kind, path, methods } of guests) {
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
  const rows = methods.flatMap((entry) => {
    const [method, rest] = entry.split(' ');
    const params = parametersOf(path + rest, method);
    const own = beyond(params, options);
    const takesOptions = Object.keys(options).every((name) => params[name] !== undefined);
    return [
      '  {',
      `    method: ${quote(method)},`,
      `    path: ${quote(path + rest)},`,
      ...(takesOptions ? [`    options: ${quote(kind)},`] : []),
      '    params: {',
      ...lines(takesOptions ? own : params, '      '),
      '    },',
      '  },',
    ];
  });
  write(
    `${kind}-methods.ts`,
    [
      header,
      "import type { MethodSchema } from './property-schema.ts';",
      '',
      `/** The API methods that ${kind === 'vm' ? 'qm' : 'pct'} calls. */`,
      `export const ${kind}Methods: readonly MethodSchema[] = [`,
      ...rows,
      '];',
      '',
    ].join('\n'),
  );
}

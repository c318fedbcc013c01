// Makes the tables of datacenter.cfg and of vzdump's options in src/pve/schema/ from PVE's API schema (the JSON that
// PVE's own api-viewer is made of, reduced to path -> method -> parameters).
//   node scripts/generate-datacenter-schema.mjs api-schema.json
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = process.argv[2];
if (source === undefined) {
  console.error('usage: node scripts/generate-datacenter-schema.mjs api-schema.json');
  process.exit(1);
}
const api = JSON.parse(readFileSync(source, 'utf8'));

const tables = [
  {
    name: 'datacenter',
    call: ['/cluster/options', 'PUT'],
    // The description is kept as comment lines.
    without: ['delete', 'description'],
    about: 'Options of datacenter.cfg (`PUT /cluster/options`).',
  },
  {
    name: 'vzdump',
    call: ['/nodes/{node}/vzdump', 'POST'],
    // These are the call's own.
    without: ['stdout', 'job-id'],
    about: 'Options of backups (`POST /nodes/{node}/vzdump`), of which vzdump.conf and vzdump.cron are made.',
  },
];

/** One parameter in our words, keys in a fixed order. */
function property(raw) {
  const made = { type: raw.type };
  if (raw.optional) made.optional = true;
  if (raw.default_key) made.defaultKey = true;
  for (const key of ['default', 'enum', 'requires']) if (raw[key] !== undefined) made[key] = raw[key];
  for (const key of ['minimum', 'maximum', 'minLength', 'maxLength'])
    if (raw[key] !== undefined) made[key] = Number(raw[key]);
  if (raw.pattern !== undefined) made.pattern = javascriptPattern(raw.pattern);
  if (raw.format !== undefined) made.format = typeof raw.format === 'string' ? raw.format : table(raw.format);
  if (raw.items !== undefined) made.items = property(raw.items);
  return made;
}

/** Perl prints a compiled expression without case as (?^i:...). */
const javascriptPattern = (perl) =>
  perl
    .replaceAll(/\(\?\^i:[^()]*\)/gu, (part) => part.replace('^i', '').replaceAll('a-z', 'a-zA-Z'))
    .replaceAll('(?^:', '(?:');

const table = (raw) =>
  Object.fromEntries(
    Object.keys(raw)
      .sort()
      .map((name) => [name, property(raw[name])]),
  );

for (const { name, call, without, about } of tables) {
  const [path, method] = call;
  const options = table(api[path][method].parameters);
  for (const key of without) delete options[key];
  const target = fileURLToPath(new URL(`../src/pve/schema/${name}-options.ts`, import.meta.url));
  writeFileSync(
    target,
    [
      '// Made by scripts/generate-datacenter-schema.mjs from the API schema of PVE 9.1; do not edit.',
      "import type { SchemaTable } from './property-schema.ts';",
      '',
      `/** ${about} */`,
      `export const ${name}Options: SchemaTable = ${JSON.stringify(options)};`,
      '',
    ].join('\n'),
  );
  const formatter = fileURLToPath(new URL('../node_modules/oxfmt/bin/oxfmt', import.meta.url));
  execFileSync(process.execPath, [formatter, target]);
}

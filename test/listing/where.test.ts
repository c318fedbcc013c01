import { expect, test } from 'vitest';
import type { Listing, Row } from '../../src/listing/listing.ts';
import { columns } from '../../src/listing/listing.ts';
import { filterRows } from '../../src/listing/where.ts';

const rows: readonly Row[] = [
  {
    id: 'a',
    cells: { name: 'Web', tags: 'db;prod', nodes: ['pve1', 'pve2'], on: true, cores: 4, lock: null },
  },
  { id: 'b', cells: { name: 'mail', tags: null, nodes: [], on: false, cores: 14, lock: 'backup' } },
];
const listing: Listing = { columns: columns('name tags nodes on cores lock'), rows: () => rows };

test.each([
  [['name=web'], 'a'],
  [['name!=web'], 'b'],
  [['cores=4'], 'a'],
  [['on=yes'], 'a'],
  [['on=no'], 'b'],
  [['on=true'], 'a'],
  [['on!=true'], 'b'],
  [['tags=prod'], 'a'],
  [['tags=pro'], ''],
  [['tags!=prod'], 'b'],
  [['nodes=pve2'], 'a'],
  [['nodes=pve1 pve2'], 'a'],
  [['name~^(web|x)'], 'a'],
  [['cores~4'], 'ab'],
  [['lock='], 'a'],
  [['lock=-'], 'a'],
  [['lock!='], 'b'],
  [['cores~4', 'lock=backup'], 'b'],
  [[], 'ab'],
] as const)('%j', (conditions, ids) => {
  const result = filterRows(listing, rows, conditions);
  expect(result.ok && result.value.map(({ id }) => id).join('')).toBe(ids);
});

test.each([
  ['nam=web', 'there is no "nam" here; did you mean "name"?'],
  ['name', 'it has no operator; key=value, key!=value or key~pattern is wanted'],
  ['name~(', '"(" is no regular expression'],
])('%s is refused, rows or none', (condition, message) => {
  for (const some of [rows, []])
    expect(filterRows(listing, some, [condition])).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'ls/where', message: expect.stringContaining(message) as unknown }],
    });
});

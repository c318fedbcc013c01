import { describe, expect, test } from 'vitest';
import type { Flags } from '../../src/cli/flags.ts';
import { parseFlags } from '../../src/cli/parse-flags.ts';

const flags = {
  limit: { short: 'l', value: 'PATTERN', help: '' },
  inventory: { short: 'i', value: 'FILE', repeatable: true, help: '' },
  forks: { short: 'f', value: 'N', atLeast: 1, default: 32, help: '' },
  output: { short: 'o', value: 'FORMAT', choices: ['table', 'json'], default: 'table', help: '' },
  json: { help: '' },
} as const satisfies Flags;

const parse = (...argv: readonly string[]) => parseFlags(argv, flags, 'ls');
const errors = (...argv: readonly string[]) => {
  const parsed = parse(...argv);
  return parsed.ok ? [] : parsed.diagnostics.map(({ message }) => message);
};

describe('what is given', () => {
  test('nothing: the defaults', () => {
    expect(parse()).toMatchObject({
      value: {
        flags: { limit: undefined, inventory: [], forks: 32, output: 'table', json: false },
        positionals: [],
        afterDashes: undefined,
      },
    });
  });

  test('short and long, joined and apart, between positionals', () => {
    expect(
      parse('nodes', '-i', 'a.yml', '--inventory=b.yml', '-f8', '--json', '-ojson', 'x', '--limit=-x'),
    ).toMatchObject({
      value: {
        flags: { limit: '-x', inventory: ['a.yml', 'b.yml'], forks: 8, output: 'json', json: true },
        positionals: ['nodes', 'x'],
      },
    });
  });

  test('after "--" all is left as it is', () => {
    expect(parse('all', '--', 'df', '-h', '--', '--json')).toMatchObject({
      value: { flags: { json: false }, positionals: ['all'], afterDashes: ['df', '-h', '--', '--json'] },
    });
    expect(parse('all', '--')).toMatchObject({ value: { afterDashes: [] } });
  });
});

test('every wrong flag is told, with the nearest right one', () => {
  expect(
    errors('--jsn', '-x', '--forks', '0', '-o', 'tabel', '--json=yes', '--limit', '-i', '-l', 'a', '-l', 'b'),
  ).toEqual([
    'Cannot run ls: there is no flag --jsn; did you mean "--json"?',
    'Cannot run ls: there is no flag -x',
    'Cannot run ls: --forks is "0"; a whole number of at least 1 is wanted',
    'Cannot run ls: -o is "tabel"; one of table, json is wanted; did you mean "table"?',
    'Cannot run ls: --json is a switch; it takes no value',
    'Cannot run ls: --limit has no value; PATTERN is wanted',
    'Cannot run ls: -l is given twice; one value is wanted',
  ]);
  expect(errors('-f')).toEqual(['Cannot run ls: -f has no value; N is wanted']);
  expect(errors('--toString')).toEqual(['Cannot run ls: there is no flag --toString']);
});

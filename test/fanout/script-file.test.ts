import { expect, test } from 'vitest';
import { scriptFileArgv } from '../../src/fanout/script-file.ts';

test.each<[string, readonly string[]]>([
  ['echo 1\n', ['/bin/sh', '-c', 'echo 1\n', 'it', 'a b']],
  ['#!/bin/bash -e\n', ['/bin/bash', '-e', '-c', '#!/bin/bash -e\n', 'it', 'a b']],
  ['#!/usr/bin/env python3\n', ['python3', '-c', '#!/usr/bin/env python3\n', 'a b']],
  ['#! /usr/bin/perl -w\n', ['/usr/bin/perl', '-w', '-e', '#! /usr/bin/perl -w\n', '--', 'a b']],
])('%j is given to its interpreter', (text, argv) => {
  expect(scriptFileArgv('it', text, ['a b'])).toEqual({ ok: true, value: argv, warnings: [] });
});

test.each([
  ['#!/usr/bin/ruby\n', 'its first line names "/usr/bin/ruby"; one of sh, bash, '],
  ['echo \0', 'it is no text: a NUL is in it'],
  ['x'.repeat(200_000), 'bytes long, quoted and with its arguments; at most 130048 are wanted'],
])('%.20j is refused', (text, problem) => {
  const result = scriptFileArgv('it', text, []);
  expect(result.ok ? [] : result.diagnostics.map(({ message }) => message)).toEqual([
    expect.stringContaining(problem),
  ]);
});

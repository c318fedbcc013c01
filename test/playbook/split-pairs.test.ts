import { expect, test } from 'vitest';
import { splitPairs } from '../../src/playbook/split-pairs.ts';

// What Ansible 2.14's parse_kv makes of the same texts.
test.each([
  [
    'msg=hello when=now',
    [
      ['msg', 'hello'],
      ['when', 'now'],
    ],
  ],
  [
    `line="a b"  path='/x y'`,
    [
      ['line', 'a b'],
      ['path', '/x y'],
    ],
  ],
  [`msg={{ x | default('c d') }}!`, [['msg', `{{ x | default('c d') }}!`]]],
  ['msg="{{ x | default("c d") }}"', [['msg', '{{ x | default("c d") }}']]],
  [
    String.raw`msg={{ 'a=b' | regex_replace('^(\w+)=(.*)$', '\2:\1') }}`,
    [['msg', String.raw`{{ 'a=b' | regex_replace('^(\w+)=(.*)$', '\2:\1') }}`]],
  ],
  [String.raw`content="a\nb\t\"c\" \\d"`, [['content', 'a\nb\t"c" \\d']]],
  [`msg=a"b"c`, [['msg', 'a"b"c']]],
  ['update-cache=yes', [['update-cache', 'yes']]],
  ['uptime -p', ['uptime', '-p']],
  ['when="never', undefined],
] as const)('%s', (text, words) => {
  expect(splitPairs(text)).toEqual(words);
});

import { expect, test } from 'vitest';
import { parsePlaybook } from '../../src/playbook/load.ts';
import { checkTags, isChosen } from '../../src/playbook/tags.ts';

test.each<[readonly string[], readonly string[], readonly string[], boolean]>([
  // tags of the task, --tags, --skip-tags
  [[], [], [], true],
  [['web'], [], [], true],
  [['web'], ['web'], [], true],
  [['web'], ['db'], [], false],
  [[], ['db'], [], false],
  [['web'], [], ['web'], false],
  [['web'], ['web'], ['web'], false],
  [['always'], ['db'], [], true],
  [['always'], [], ['always'], false],
  [['always'], [], ['all'], true],
  [['web'], [], ['all'], false],
  [['never'], [], [], false],
  [['never', 'load'], ['load'], [], true],
  [['never'], ['never'], [], true],
  [['never', 'load'], ['all'], [], false],
  [['web'], ['all'], [], true],
  [['web'], ['tagged'], [], true],
  [[], ['tagged'], [], false],
  [[], ['untagged'], [], true],
  [['web'], [], ['tagged'], false],
  [[], [], ['untagged'], false],
])('tags %j with --tags %j --skip-tags %j: %j', (tags, only, skip, expected) => {
  expect(isChosen(tags, { only, skip })).toBe(expected);
});

test('a tag that no task has is an error', () => {
  const playbook = parsePlaybook(
    '- hosts: all\n  tags: shop\n  tasks:\n    - {command: a, tags: web}\n',
    'site.yml',
  );
  const messages = playbook.ok
    ? checkTags(playbook.value, { only: ['wbe', 'shop', 'all'], skip: ['web'] }).map(({ message }) => message)
    : [];
  expect(messages).toEqual([
    'Cannot choose tasks by the tag "wbe": no task of site.yml has it; did you mean "web"?',
  ]);
});

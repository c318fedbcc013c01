import { expect, test } from 'vitest';
import { expandRange } from '../../src/inventory/expand-range.ts';

test.each([
  ['pve1', ['pve1']],
  ['pve[1:3]', ['pve1', 'pve2', 'pve3']],
  ['pve[08:11].lan', ['pve08.lan', 'pve09.lan', 'pve10.lan', 'pve11.lan']],
  ['pve[8:11]', ['pve8', 'pve9', 'pve10', 'pve11']],
  ['rack[a:c]', ['racka', 'rackb', 'rackc']],
  ['rack[A:B]', ['rackA', 'rackB']],
  ['pve[1:9:4]', ['pve1', 'pve5', 'pve9']],
  ['pve[1:8:4]', ['pve1', 'pve5']],
  ['pve[:2]', ['pve0', 'pve1', 'pve2']],
  ['r[1:2]n[a:b]', ['r1na', 'r1nb', 'r2na', 'r2nb']],
])('%s is %j', (pattern, names) => {
  expect(expandRange(pattern)).toEqual({ names });
});

test.each([
  ['pve[3:1]', '[3:1] ends before it starts'],
  ['pve[01:100]', 'the ends of [01:100] have different lengths; a padded range wants both padded'],
  ['pve[1-3]', '[1-3] is no range; [1:3], [01:10], [a:c] or [1:9:2] is wanted'],
  ['pve[1:c]', '[1:c] is no range; two numbers or two letters are wanted'],
  ['pve[1:]', '[1:] is no range; two numbers or two letters are wanted'],
  ['pve[1:9:0]', 'the step of [1:9:0] is "0"; a number from 1 on is wanted'],
  ['pve[1:3', 'a bracket has no partner; a range like [1:3] is wanted'],
  ['pve[1:900000]', '[1:900000] is more than 100000 hosts'],
  ['pve[1:9000]x[1:9000]', 'it is more than 100000 hosts'],
])('%s is refused', (pattern, problem) => {
  expect(expandRange(pattern)).toEqual({ problem });
});

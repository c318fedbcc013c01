import { expect, test } from 'vitest';
import { didYouMean, nearest } from '../../src/text/did-you-mean.ts';

test.each([
  ['coers', ['cores', 'cpu'], 'cores'],
  ['Memory', ['memory', 'name'], 'memory'],
  ['os_type', ['ostype'], 'ostype'],
  ['descripton', ['description'], 'description'],
  ['xyz', ['cores', 'memory'], undefined],
  ['net', ['set'], 'set'],
  ['cpu', ['cores'], undefined],
])('%s among %j is %s', (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});

test('a message ends with the right word, or says nothing', () => {
  expect(didYouMean('coers', ['cores'])).toBe('; did you mean "cores"?');
  expect(didYouMean('zzz', ['cores'])).toBe('');
});

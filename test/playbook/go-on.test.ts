import { expect, test } from 'vitest';
import { goOnWith } from '../../src/playbook/go-on.ts';

test('the command that goes on says where the recorded one leaves something out', () => {
  expect(goOnWith(['run', 'a b.yml', '--serial', '1'])).toBe("pvefleet run 'a b.yml' --serial 1");
  expect(goOnWith(['run', 'x.yml', '-e', '...'])).toBe(
    'pvefleet run x.yml -e ...  (the same command; "..." stands for what you gave there)',
  );
  expect(goOnWith(['run', 'x.yml', '--start-at-task', 'Restart', '--step', '-l', 'a'])).toBe(
    'pvefleet run x.yml -l a',
  );
  expect(goOnWith(['run', '--start-at-task=Restart', 'x.yml'])).toBe('pvefleet run x.yml');
});

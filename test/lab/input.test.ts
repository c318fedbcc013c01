import { expect, it } from 'vitest';
import { readsInput } from '../../lab/src/ssh/input.ts';

it.each([
  'cat',
  'cat > /root/x',
  'LC_ALL=C cat >>x',
  'tee /root/x',
  'sh',
  'sh -s',
  'cd /x && cat >y',
  'tar xz',
  'install -m 600 /dev/stdin x',
  'grep -q x',
  "sed 's/a b/c/'",
  'wc -l; true',
  'while read line; do echo $line; done',
  "while IFS=' ' read -r line; do echo $line; done",
  'base64 -d | sh',
])('reads its input: %s', (command) => {
  expect(readsInput(command)).toBe(true);
});

it.each([
  'true',
  'cat /etc/pve/storage.cfg',
  'cat a b | grep x',
  'qm create 100 --name cat',
  'sh -c "cat x"',
  'grep -q x file',
  "sed 's/a b/c/' file",
  'cat <x',
  'ls | wc -l',
  'echo hi | tee x',
  'tail -3 file 2>/dev/null',
])('reads none: %s', (command) => {
  expect(readsInput(command)).toBe(false);
});

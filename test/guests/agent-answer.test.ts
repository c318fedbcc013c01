import { expect, test } from 'vitest';
import { readAgentAnswer } from '../../src/guests/agent-answer.ts';

test('output is bytes: each character is the byte of its number', () => {
  const text =
    '{\n   "err-data" : "Ã¼",\n   "exitcode" : 7,\n   "exited" : 1,\n   "out-data" : "a\\u0000ÿ",\n   "out-truncated" : 1\n}\n';
  expect(readAgentAnswer(text)).toEqual({
    kind: 'ended',
    exit: 7,
    stdout: Buffer.of(0x61, 0, 0xff),
    stderr: Buffer.from('ü'),
    truncated: { stdout: true, stderr: false },
  });
});

test('a command that was killed has a signal and no code', () => {
  expect(readAgentAnswer('{"exited":1,"signal":9}')).toMatchObject({ exit: null, signal: 'SIGKILL' });
});

test('one that has not ended is a process', () => {
  expect(readAgentAnswer('{"pid":1234}')).toEqual({ kind: 'running', pid: 1234 });
});

test.each(['', 'QEMU guest agent is not running\n', '[]', '{"exited":0}'])('%j is no answer', (text) => {
  expect(readAgentAnswer(text)).toBeUndefined();
});

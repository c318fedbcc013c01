import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { parseFrames } from '../../src/snapshot/frames.ts';
import { probeScript } from '../../src/snapshot/probe.ts';
import { parseReadBack } from '../../src/snapshot/read-back.ts';
import { readAnswer } from '../../src/snapshot/read-answer.ts';
import { fakeNode } from './fake-root.ts';

const nonce = '0123';
let whole: Buffer;

beforeAll(async () => {
  const node = await fakeNode({
    vms: [100],
    files: {
      '/etc/pve/nodes/pve1/qemu-server/100.conf': 'name: a\n',
      '/etc/pve/storage.cfg': 'dir: local\n\tpath /x\n',
    },
  });
  whole = await node.run(probeScript({ mode: 'survey' }, nonce));
  await node.remove();
});

const cutAnswer = { ok: true, value: { node: 'pve1', etcPve: { unknown: 'the answer was cut' } } };
const noAnswer = { ok: false, diagnostics: [{ code: 'probe/no-answer', host: 'h' }] };

test('an answer cut at any byte is an answer without a tree, or an error', () => {
  expect(readAnswer('h', whole, nonce)).toMatchObject({ ok: true, value: { etcPve: 'read' } });
  for (let length = 0; length < whole.length - 1; length++) {
    const cut = readAnswer('h', whole.subarray(0, length), nonce);
    const wanted = length > whole.indexOf('\npower ok') + 9 ? cutAnswer : noAnswer;
    expect(cut).toMatchObject(wanted);
  }
});

test('no bytes make the reading throw', () => {
  const words = fc.constantFrom(
    'file ',
    'file - ',
    '|',
    'vanished\n',
    'missing ',
    'end 0123\n',
    'power ok\n',
    'node pve1\n',
    'etc-pve ok\n',
    '/etc/pve/.members\n',
    '|{"nodename": 3}\n',
    '__proto__',
    '\n',
    'vm x\n',
    'tree\n',
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(words, fc.string({ maxLength: 5 }))),
      fc.uint8Array({ maxLength: 10 }),
      (parts, bytes) => {
        const output = Buffer.concat([Buffer.from(`\npvefleet-answer 1 ${nonce}\n${parts.join('')}`), bytes]);
        expect(readAnswer('h', output, nonce)).toHaveProperty('ok');
        expect(parseReadBack(output, nonce)).toHaveProperty('ok');
      },
    ),
  );
});

test('words of the login shell before the answer are passed over', () => {
  expect(readAnswer('h', Buffer.concat([Buffer.from('Welcome!\nno line feed'), whole]), nonce)).toMatchObject(
    { ok: true },
  );
});

test('an answer to another question is none', () => {
  expect(parseFrames(whole, '4567')).toBeUndefined();
});

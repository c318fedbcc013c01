import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inspectFile } from '../../src/lint/inspect-file.ts';
import { bytesOf, textOf } from '../../src/lint/text-bytes.ts';
import { fileKinds } from '../../src/pve/file-kinds.ts';

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  // Bytes in the neighbourhood of what PVE writes.
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '\n',
          '\r\n',
          '[',
          ']',
          ': ',
          '\t',
          '#',
          'net0',
          'dir: a',
          'iface vmbr0 inet',
          '{',
          '}',
          'user:',
          '\0',
        ),
        fc.uint8Array({ maxLength: 3 }).map((some) => Buffer.from(some).toString('latin1')),
      ),
    )
    .map((parts) => Buffer.from(parts.join(''), 'latin1')),
);

test('any bytes become a text that gives them again', () => {
  fc.assert(
    fc.property(bytes, (given) => {
      const { text, encoding } = textOf(given);
      expect(Buffer.from(bytesOf(text, encoding)).equals(given)).toBe(true);
    }),
  );
});

test('UTF-8 is read as such, a byte order mark kept; other bytes as latin1', () => {
  expect(textOf(Buffer.from('\ufeffgrüße'))).toEqual({ text: '\ufeffgrüße', encoding: 'utf8' });
  expect(textOf(Buffer.from([0x67, 0x72, 0xfc]))).toEqual({ text: 'grü', encoding: 'latin1' });
});

test.each(fileKinds.map((kind) => [kind.kind, kind] as const))(
  '%s: any bytes are looked at without a throw, and written again as they were',
  (_, kind) => {
    fc.assert(
      fc.property(bytes, (given) => {
        const linted = inspectFile({ file: 'x', relative: 'x', bytes: given, named: true }, kind);
        if (typeof linted === 'string') throw new Error(linted);
        expect(Buffer.from(linted.rewritten).equals(given)).toBe(true);
        JSON.stringify(linted.value);
      }),
      { numRuns: 40 },
    );
  },
);

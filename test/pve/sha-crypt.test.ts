import { expect, test } from 'vitest';
import { shaCrypt } from '../../src/pve/sha-crypt.ts';

/** What crypt(3) of glibc says. */
test.each([
  ['Hello world!', '$5$saltstring$', '5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5'],
  ['Hello world!', '$5$rounds=10000$saltstringsaltst$', '3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA'],
  [
    'a much longer password than thirty-two bytes, with ä',
    '$5$abcdefgh$',
    'Ai5qZG/P2OdVD3FWXrV2wWogaeOwRKycAE8ZdtconV6',
  ],
])('crypts "%s" with %s', (password, setting, hash) => {
  expect(shaCrypt(password, setting)).toBe(`${setting}${hash}`);
});

test('knows no other kind', () => {
  expect(shaCrypt('x', '$6$salt$')).toBe(undefined);
});

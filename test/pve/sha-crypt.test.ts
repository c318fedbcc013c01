import { expect, test } from 'vitest';
import { sha512Crypt, shaCrypt } from '../../src/pve/sha-crypt.ts';

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

test.each([
  [
    'Hello world!',
    '$6$saltstring$',
    'svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
  ],
  [
    'a much longer password than sixty-four bytes, with ä and more and more of it',
    '$6$rounds=1400$abcdefgh$',
    'JyoQCGfeADfeVzGxFj9LO4wlOn32EOs0ei/73QlMIeeeJo.xsW/u.omXb68I/YUDT9wgd4IT/tn/YWj7akIzk0',
  ],
  ['', '$6$x$', 'QSmr1Bx2g4O6BzKvdkgOcyU6H91X6I/XBv5pSalMhSPkwdH6Beo3F455xZJg0v//bxVK5F4OE5k1.0xuR26MK0'],
])('crypts "%s" with SHA-512 and %s', (password, setting, hash) => {
  expect(sha512Crypt(password, setting)).toBe(`${setting}${hash}`);
});

test('knows no other kind', () => {
  expect(shaCrypt('x', '$6$salt$')).toBe(undefined);
});

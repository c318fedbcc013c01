import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { removeAcl, removeUserEntry, setAcl, setUserEntry } from '../../src/pve/user-cfg-edit.ts';
import { formatUserEntry, parseUserEntry, type UserEntry } from '../../src/pve/user-cfg-entry.ts';
import { userFile } from '../../src/pve/user-cfg-file.ts';
import { userState } from '../../src/pve/user-cfg-state.ts';
import { decodeUserConfig, encodeUserConfig } from '../../src/pve/user-cfg.ts';
import { sampleFiles } from './file-samples.ts';

const samples = sampleFiles('user');
const sample = (name: string): string => samples.find((file) => file.name === `user/${name}.cfg`)?.text ?? '';

const userText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'user:a@pve:1:0::::::',
        'token:a@pve!tok:0:1::',
        'group:g:a@pve,b@pve:x:',
        'pool:p/q::1,2:s:',
      ),
      fc.constantFrom(
        'role:r:VM.Audit:',
        'acl:1:/vms/:a@pve,@g:r:',
        'acl:::::',
        'user',
        ':',
        '#',
        'constructor:x',
      ),
      fc.string({ unit: 'binary' }),
      fc.string(),
    ),
  )
  .chain((lines) => fc.constantFrom('\n', '\r\n', '\n\n').map((end) => lines.join(end)));

describe('user.cfg', () => {
  test('comes out as it went in, for every sample and any text', () => {
    for (const { name, text } of samples)
      expect({ name, text: userFile.inspect(text).encoded }).toEqual({ name, text });
    fc.assert(
      fc.property(userText, (text) => {
        expect(userFile.inspect(text).encoded).toBe(text);
      }),
    );
  });

  test("has no error when it is of PVE's own test suite, and no finding when PVE wrote it", () => {
    for (const { name, text } of samples.filter((file) => file.isFromPve)) {
      const errors = userFile.inspect(text).findings.filter(({ severity }) => severity === 'error');
      expect({ name, errors }).toEqual({ name, errors: [] });
    }
    expect(userFile.inspect(sample('plain')).findings).toEqual([]);
  });

  test('is known by its path and by its text', () => {
    expect(userFile.path.test('/etc/pve/user.cfg')).toBe(true);
    for (const { name, text } of samples.filter(({ text: content }) => content.startsWith('user:')))
      expect({ name, looks: userFile.looksLike(text) }).toEqual({ name, looks: 'certain' });
    expect(userFile.looksLike('name: x\nuser: y\n')).toBe('no');
  });

  test('gives its entries with decoded texts', () => {
    expect(userFile.inspect(sample('plain')).value).toMatchObject([
      { kind: 'user', id: 'anna@pve', enable: true, lastname: 'Müller', comment: 'admin: all' },
      { kind: 'token', id: 'anna@pve!ci', privsep: true, comment: 'for CI' },
      { kind: 'token', expire: 1_700_000_000, privsep: false },
      { kind: 'user', enable: false, expire: 1_893_456_000, keys: 'x!y' },
      { kind: 'user', id: 'root@pam', email: 'root@example.org' },
      { kind: 'group', id: 'admins', users: ['anna@pve', 'bob@ldap.example'], comment: 'all of them' },
      { kind: 'group', id: 'empty', users: [] },
      { kind: 'pool', id: 'prod', guests: ['100', '101'], storages: ['data', 'local'] },
      { kind: 'pool', id: 'prod/web' },
      { kind: 'role', id: 'Look', privileges: ['VM.Audit', 'VM.Console'] },
      { kind: 'role', id: 'Nothing', privileges: [] },
      { kind: 'acl', propagate: false, path: '/', members: ['@admins'] },
      { kind: 'acl', roles: ['Look', 'PVEVMUser'] },
      { kind: 'acl' },
      { kind: 'acl' },
    ]);
  });

  test('names what it refers to and defines', () => {
    const { refs, defines } = userFile.inspect(sample('plain'));
    const names = (kind: string): readonly string[] => [
      ...new Set(refs.filter((ref) => ref.kind === kind).map(({ name }) => name)),
    ];
    expect(names('guest')).toEqual(['100', '101', '102']);
    expect(names('storage')).toEqual(['data', 'local']);
    expect(names('realm')).toEqual(['ldap.example']);
    expect(names('role')).toEqual(['Look']);
    expect(names('pool')).toEqual(['prod']);
    expect(names('vnet')).toEqual(['v1']);
    expect(defines.map(({ kind, name, line }) => `${line} ${kind} ${name}`)).toEqual([
      '1 user anna@pve',
      '4 user bob@ldap.example',
      '5 user root@pam',
      '7 group admins',
      '8 group empty',
      '10 pool prod',
      '11 pool prod/web',
      '13 role Look',
      '14 role Nothing',
    ]);
  });

  test('names each line that PVE ignores or drops something of', () => {
    const { findings } = userFile.inspect(sample('broken'));
    expect(
      findings.map(({ line, severity, message }) => `${line} ${severity} ${message.split(';')[0]}`),
    ).toEqual([
      '1 warning comments are lost when PVE next writes the file',
      '2 error "anna" is no user',
      '3 error "never" is no time of expiry',
      '5 error the token\'s user "nobody@pve" is not there',
      '6 error "bad name" is no name of a group',
      '7 warning user "ghost@pve" is not there',
      '7 error "x" is no user',
      '8 error "VM.Nope" is no privilege that PVE knows',
      '9 error "a/b/c/d" is no name of a pool',
      '10 error guest 100 is in pool "p" already',
      '10 error "x" is no VMID',
      '10 error "-bad" is no name of a storage',
      '11 warning role "Unknown" is not there',
      '12 error "/a b" is no path',
      '13 warning group "gone" is not there',
      '13 warning token "anna@pve!tok" is not there',
      '13 error "?" is neither user, token nor @group',
      '13 warning "/odd" is no path that PVE asks for',
      '14 error "whatever" is no kind of line',
    ]);
  });
});

const normal = (text: string): unknown => userFile.inspect(text).normal;

describe('the normal form', () => {
  test.each([
    ['user:a@pve:1:0::::::\n', 'user:a@pve:1:\n'],
    ['user:a@pve:1:0::::::\n', '  user : a@pve : yes : : : : : 0 :\n\nuser:root@pam:1:0::::::\n'],
    ['user:a@pve:1:0::::ä:\n', 'user:a@pve:1:0::::%c3%a4:\n'],
    [
      'user:a@pve:1\nuser:b@pve:1\ngroup:g:a@pve,b@pve:\n',
      'user:b@pve:1\nuser:a@pve:1\ngroup:g:b@pve a@pve;a@pve\n',
    ],
    ['role:r:VM.Audit,VM.Clone:\n', 'role:r:VM.Clone:\nrole:r:VM.Audit:\n'],
    [
      'user:a@pve:1\nacl:1:/vms/100:a@pve:PVEAdmin,PVEAuditor:\n',
      'user:a@pve:1\nacl:1:vms//100/:a@pve:PVEAuditor\nacl:1:/vms/100:a@pve:PVEAdmin\n',
    ],
    ['acl:1:/:root@pam:Administrator:\n', ''],
    ['pool:a::::\npool:a/b::100::\n', 'pool:a/b::0100:\n'],
    ['user:a@pve:1\nuser:a@pve:0\n', 'user:a@pve:0\n'],
  ])('is one for %j and %j', (a, b) => {
    expect(normal(a)).toEqual(normal(b));
  });

  test.each([
    ['user:a@pve:1\n', 'user:a@pve:0\n'],
    ['user:a@pve:1:0:x\n', 'user:a@pve:1:0:y\n'],
    ['user:a@pve:1\nacl:1:/:a@pve:PVEAdmin\n', 'user:a@pve:1\nacl:0:/:a@pve:PVEAdmin\n'],
    ['user:a@pve:1\nacl:1:/:a@pve:PVEAdmin\n', 'user:a@pve:1\nacl:1:/:a@pve:PVEAuditor\n'],
    ['user:root@pam:0\n', ''],
    ['group:g::\n', ''],
    ['group:g::\n', '\uFEFFgroup:g::\n'],
    ['group:g::a\n', 'group:g::a\u00A0\n'],
    ['pool:a::100:\n', 'pool:a::101:\n'],
    ['pool:a::100:\npool:b::100:\n', 'pool:b::100:\npool:a::100:\n'],
    ['user:a@pve:1\ntoken:a@pve!tok:0:1\n', 'user:a@pve:1\ntoken:a@pve!tok:0:0\n'],
  ])('differs for %j and %j', (a, b) => {
    expect(normal(a)).not.toEqual(normal(b));
  });
});

const name = fc.stringMatching(/^[a-z][a-z0-9.-]{1,8}$/u);
const user = fc.tuple(name, name).map(([who, realm]) => `${who}@${realm}`);
/** PVE keeps neither white space at the ends nor a text that is just a zero. */
const freeText = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .map((text) => text.trim())
  .filter((text) => text !== '0');
const entries: fc.Arbitrary<UserEntry> = fc.oneof(
  fc.record({
    kind: fc.constant('user' as const),
    id: user,
    enable: fc.boolean(),
    expire: fc.nat(),
    firstname: freeText,
    lastname: freeText,
    email: fc.constantFrom('', 'a@b.example'),
    comment: freeText,
    keys: fc.constant(''),
  }),
  fc.record({
    kind: fc.constant('group' as const),
    id: name,
    users: fc.constant(['a@pve', 'b@pve']),
    comment: freeText,
  }),
  fc.record({
    kind: fc.constant('pool' as const),
    id: name,
    comment: freeText,
    guests: fc.constantFrom([], ['100', '101']),
    storages: fc.constantFrom([], ['local']),
  }),
);

describe('generated entries', () => {
  const text = (entry: UserEntry): string => `user:a@pve:1\nuser:b@pve:1\n${formatUserEntry(entry)}\n`;

  test('mean the same however their comment is escaped', () => {
    const bytes = (comment: string): string =>
      [...Buffer.from(comment, 'utf8')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    const commented = entries.filter((entry) => 'comment' in entry);
    fc.assert(
      fc.property(commented, (entry) => {
        const escaped = text({ ...entry, comment: 'COMMENT' }).replace('COMMENT', bytes(entry.comment));
        expect(normal(escaped)).toEqual(normal(text(entry)));
      }),
    );
  });

  test('mean something else when they are others', () => {
    fc.assert(
      fc.property(entries, entries, (a, b) => {
        fc.pre(formatUserEntry(a) !== formatUserEntry(b));
        expect(normal(text(a))).not.toEqual(normal(text(b)));
      }),
    );
  });
});

describe('editing', () => {
  test('a line is read as it was written, whatever the texts', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        expect(parseUserEntry(formatUserEntry(entry))).toEqual(entry);
      }),
    );
  });

  test('what PVE wrote is written as PVE wrote it', () => {
    const lines = sample('plain')
      .split('\n')
      .filter((line) => line !== '');
    const again = lines
      .map((line) => parseUserEntry(line))
      .map((entry) => (typeof entry === 'string' ? entry : formatUserEntry(entry)));
    expect(again).toEqual(lines);
  });

  const config = decodeUserConfig(sample('plain'));
  const group: UserEntry & { kind: 'group' } = { kind: 'group', id: 'dev', users: ['anna@pve'], comment: '' };

  test('changes its own line only, and puts a new one where PVE has it', () => {
    expect(encodeUserConfig(setUserEntry(config, group))).toBe(
      sample('plain').replace('group:empty', 'group:dev:anna@pve::\ngroup:empty'),
    );
    expect(encodeUserConfig(setUserEntry(config, { ...group, id: 'empty', comment: 'a:b' }))).toBe(
      sample('plain').replace('group:empty:::', 'group:empty:anna@pve:a%3Ab:'),
    );
    expect(
      encodeUserConfig(setUserEntry(config, { kind: 'group', id: 'empty', users: [], comment: '' })),
    ).toBe(sample('plain'));
    expect(encodeUserConfig(removeUserEntry(config, 'role', 'Nothing'))).toBe(
      sample('plain').replace('role:Nothing::\n', ''),
    );
    expect(encodeUserConfig(removeUserEntry(config, 'user', 'anna@pve'))).not.toMatch(
      /^(?:user|token):anna/mu,
    );
    expect(encodeUserConfig(setUserEntry(decodeUserConfig('user:a@pve:1'), group))).toBe(
      'user:a@pve:1\ngroup:dev:anna@pve::\n',
    );
  });

  test('gives and takes a role, one grant at a time', () => {
    const grant = { path: '/pool/prod', member: '@admins', role: 'Look' };
    const taken = removeAcl(config, grant);
    expect(encodeUserConfig(taken)).toBe(
      sample('plain').replace(
        'acl:1:/pool/prod:@admins,anna@pve!ci:Look,PVEVMUser:\n',
        'acl:1:/pool/prod:anna@pve!ci:Look,PVEVMUser:\nacl:1:/pool/prod:@admins:PVEVMUser:\n',
      ),
    );
    const given = setAcl(taken, { ...grant, propagate: true });
    expect(userFile.inspect(encodeUserConfig(given)).normal).toEqual(
      userFile.inspect(sample('plain')).normal,
    );
    expect(setAcl(config, { ...grant, propagate: true })).toBe(config);
    const changed = userState(setAcl(config, { ...grant, propagate: false })).acl;
    expect(changed.filter(({ member, role }) => member === '@admins' && role === 'Look')).toEqual([
      { ...grant, propagate: false },
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileKind } from '../../src/pve/file-kind.ts';
import { networkForm } from '../../src/pve/firewall-address.ts';
import {
  insertRule,
  removeAlias,
  removeFirewallOption,
  removeFirewallSection,
  removeIpsetEntry,
  removeRule,
  replaceRule,
  setAlias,
  setFirewallOption,
  setFirewallSection,
  setIpsetEntry,
} from '../../src/pve/firewall-edit.ts';
import {
  firewallClusterFile,
  firewallGuestFile,
  firewallHostFile,
  firewallVnetFile,
} from '../../src/pve/firewall-files.ts';
import type { FirewallScope } from '../../src/pve/firewall-options.ts';
import { formatRule, parseRule, type FirewallRule } from '../../src/pve/firewall-rule.ts';
import { decodeFirewall, encodeFirewall, firewallRules, type FirewallFile } from '../../src/pve/firewall.ts';
import { sampleFiles } from './file-samples.ts';

const kinds: Readonly<Record<FirewallScope, FileKind>> = {
  cluster: firewallClusterFile,
  host: firewallHostFile,
  guest: firewallGuestFile,
  vnet: firewallVnetFile,
};

function scopeOf(name: string): FirewallScope {
  if (name.endsWith('cluster.fw')) return 'cluster';
  if (name.endsWith('host.fw')) return 'host';
  return name.endsWith('vnet.fw') ? 'vnet' : 'guest';
}

const samples = sampleFiles('firewall').map((file) => ({ ...file, scope: scopeOf(file.name) }));

const sample = (name: string): string => samples.find((file) => file.name.endsWith(`/${name}`))?.text ?? '';

const scopes = fc.constantFrom<FirewallScope>('cluster', 'host', 'guest', 'vnet');

const firewallText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '[OPTIONS]',
        '[rules]',
        '[ALIASES]',
        '[IPSET a1] # x',
        '[group g1]',
        '[group x x]',
        '[',
        '#',
      ),
      fc.constantFrom(
        'enable: 1',
        'enable:',
        'a1 10.0.0.0/8',
        '!a1',
        'IN ACCEPT',
        '|IN SSH(DROP) -i net0 # c',
        'IN',
      ),
      fc.string({ unit: 'binary' }),
      fc.string(),
    ),
  )
  .chain((lines) => fc.constantFrom('\n', '\r\n', '\n\n').map((end) => lines.join(end)));

describe('a firewall file', () => {
  test('comes out as it went in, for every sample and any text', () => {
    for (const { name, scope, text } of samples)
      expect({ name, text: kinds[scope].inspect(text).encoded }).toEqual({ name, text });
    fc.assert(
      fc.property(scopes, firewallText, (scope, text) => {
        expect(kinds[scope].inspect(text).encoded).toBe(text);
      }),
    );
  });

  test("has no finding when it is of PVE's own test suite", () => {
    for (const { name, scope, text } of samples.filter((file) => file.isFromPve))
      expect({ name, findings: kinds[scope].inspect(text).findings }).toEqual({ name, findings: [] });
    for (const name of ['plain.cluster.fw', 'plain.host.fw', 'plain.guest.fw'])
      expect({ name, findings: kinds[scopeOf(name)].inspect(sample(name)).findings }).toEqual({
        name,
        findings: [],
      });
  });

  test('is known by its path and likely by its text', () => {
    expect(firewallClusterFile.path.test('/etc/pve/firewall/cluster.fw')).toBe(true);
    expect(firewallGuestFile.path.test('/etc/pve/firewall/100.fw')).toBe(true);
    expect(firewallGuestFile.path.test('/etc/pve/firewall/cluster.fw')).toBe(false);
    expect(firewallHostFile.path.test('/etc/pve/nodes/pve1/host.fw')).toBe(true);
    expect(firewallVnetFile.path.test('/etc/pve/sdn/firewall/vnet0.fw')).toBe(true);
    expect(firewallClusterFile.looksLike(sample('plain.cluster.fw'))).toBe('certain');
    expect(firewallGuestFile.looksLike(sample('plain.guest.fw'))).toBe('certain');
    expect(firewallHostFile.looksLike(sample('plain.host.fw'))).toBe('certain');
    expect(firewallHostFile.looksLike('name: x\ntcpflags: 1\n')).toBe('no');
  });

  test('gives its options, aliases, sets, rules and groups', () => {
    expect(firewallClusterFile.inspect(sample('plain.cluster.fw')).value).toMatchObject({
      options: { enable: '1', policy_in: 'DROP' },
      aliases: [
        { name: 'Office', cidr: '192.0.2.0/24', comment: 'Büro in Graz' },
        { name: 'mon6', cidr: '2001:db8::10' },
      ],
      ipsets: [
        {
          name: 'admins',
          comment: 'who may log in',
          entries: [
            { cidr: '192.0.2.13', nomatch: true, comment: 'the printer' },
            { cidr: '2001:db8:1::/48', nomatch: false },
            { cidr: 'Office', nomatch: false },
          ],
        },
        { name: 'empty', entries: [] },
      ],
      rules: [
        { enabled: true, type: 'group', action: 'web', iface: 'vmbr0' },
        {
          enabled: false,
          type: 'in',
          macro: 'SSH',
          action: 'ACCEPT',
          iface: 'vmbr0',
          source: '+dc/admins',
          log: 'info',
          comment: 'off: see ticket 12',
        },
        { source: 'dc/Office', proto: 'tcp', dport: '8006,5900:5999' },
        { proto: 'ipv6-icmp', 'icmp-type': 'echo-request' },
        { type: 'forward', action: 'DROP' },
        { type: 'out', sport: '53' },
      ],
      groups: [{ name: 'web', comment: 'what serves', rules: [{ macro: 'HTTP' }, { macro: 'HTTPS' }] }],
    });
  });

  test('names what it refers to and what it defines', () => {
    const { refs, defines } = firewallClusterFile.inspect(sample('plain.cluster.fw'));
    expect(refs.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'alias office',
      'security-group web',
      'ipset admins',
      'alias office',
      'vnet vnet0',
    ]);
    expect(defines).toEqual([
      { kind: 'alias', name: 'office', line: 9 },
      { kind: 'alias', name: 'mon6', line: 10 },
      { kind: 'ipset', name: 'admins', line: 12 },
      { kind: 'ipset', name: 'empty', line: 18 },
      { kind: 'security-group', name: 'web', line: 29 },
    ]);
  });
});

describe('what PVE skips or never puts in force', () => {
  test('is found with its line', () => {
    const { findings } = firewallClusterFile.inspect(sample('hand-written.cluster.fw'));
    expect(findings.map(({ line, severity, code }) => `${line} ${severity} ${code}`)).toEqual([
      '7 error firewall/broken-line',
      '10 warning firewall/entry-twice',
      '11 error firewall/entry',
      '12 error firewall/entry',
      '14 error firewall/rule',
      '15 error firewall/broken-line',
      '17 error firewall/rule',
      '18 error firewall/rule',
      '19 error firewall/rule',
      '20 error firewall/rule',
      '21 error firewall/broken-line',
      '22 error firewall/rule',
      '23 error firewall/broken-line',
      '24 error firewall/section',
      '25 error firewall/broken-line',
      '27 error firewall/rule',
      '28 error firewall/rule',
    ]);
    expect(findings.find(({ line }) => line === 14)?.message).toMatch(
      /^"accept" is no action; ACCEPT, DROP, REJECT, or MACRO\(ACTION\) is wanted/u,
    );
  });

  test.each(['rate=1/second', '1,rate=1/week', '1,burst=-1', '2', '1,bogus=1'])(
    'a limit of the log like %j',
    (value) => {
      const { findings } = firewallClusterFile.inspect(`[OPTIONS]\nlog_ratelimit: ${value}\n`);
      expect(findings.map(({ line, code }) => `${line} ${code}`)).toEqual(['2 firewall/option']);
    },
  );

  test('an alias for what is no address, and one that the kernel has no prefix for', () => {
    const text = '[ALIASES]\nab 10.0.0.0/8\nab web\nac dc/ab\nad 10.0.0.1-10.0.0.9\nae 10.0.0.0/33\n';
    const { value, findings } = firewallClusterFile.inspect(text);
    expect(findings.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '3 firewall/broken-line',
      '4 firewall/broken-line',
      '5 firewall/broken-line',
      '6 firewall/alias',
    ]);
    expect(value).toMatchObject({ aliases: [{ name: 'ab', cidr: '10.0.0.0/8' }, { name: 'ae' }] });
  });

  test.each([
    '10.0.0.300',
    '1::2::3',
    '10.0.0.0/33',
    '10.0.0.1/',
    '/8',
    '10.0.0.9-10.0.0.1',
    '10.0.0.1-10.0.0.0/24',
    '10.0.0.1,',
  ])('a rule for %j', (address) => {
    const { findings } = firewallGuestFile.inspect(`[RULES]\nIN ACCEPT -source ${address}\n`);
    expect(findings.map(({ line, code }) => `${line} ${code}`)).toEqual(['2 firewall/rule']);
  });

  test.each(['0', '10/8', '10.1', '010.0.0.1', '10.0.0.0/255.0.0.0', '10.0.0.1-10.0.0.9', '::ffff:10.0.0.1'])(
    'but not a rule for %j',
    (address) => {
      expect(firewallGuestFile.inspect(`[RULES]\nIN ACCEPT -source ${address}\n`).findings).toEqual([]);
    },
  );

  test('a vnet has FORWARD rules only, and none that rejects', () => {
    const { findings } = firewallVnetFile.inspect(sample('plain.vnet.fw'));
    expect(findings.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '11 IN is no direction here; one of FORWARD, GROUP is wanted',
      '12 REJECT is not possible in direction FORWARD; DROP is wanted',
    ]);
  });

  test('a network in a rule has nothing behind its prefix, but an entry of a set may', () => {
    const text =
      '[IPSET ab]\n10.0.0.9/8\n[RULES]\nIN ACCEPT -source 10.0.0.9/8\nIN ACCEPT -dest 10.0.0.9/32\n';
    expect(firewallGuestFile.inspect(text).findings).toEqual([
      {
        line: 4,
        severity: 'error',
        code: 'firewall/rule',
        message:
          '"10.0.0.9/8" has bits set behind its prefix, so PVE leaves the rule out; 10.0.0.0/8 is wanted',
      },
    ]);
  });

  test('a header that ends with a carriage return is none', () => {
    const { findings } = firewallGuestFile.inspect(sample('crlf.guest.fw'));
    expect(findings.map(({ line }) => line)).toEqual([1, 3, 5, 6]);
    expect(findings[0]?.message).toMatch(/carriage return/u);
  });
});

const normal = (scope: FirewallScope, text: string): unknown => kinds[scope].inspect(text).normal;

describe('the normal form', () => {
  test.each<[FirewallScope, string, string]>([
    [
      'cluster',
      '[OPTIONS]\nenable: 1\npolicy_in: ACCEPT\n',
      '[options]\n# x\nPolicy_In: accept\n\nENABLE:1\n',
    ],
    ['cluster', '[OPTIONS]\npolicy_in: DROP\nlog_ratelimit: 1,burst=5\n', ''],
    ['guest', '[OPTIONS]\nlog_level_in: \nndp: 1\n', '[OPTIONS]\nlog_level_in: nolog\nenable: 0\n'],
    ['host', '[OPTIONS]\nnf_conntrack_helpers: ftp,SIP\n', '[OPTIONS]\nnf_conntrack_helpers: sip,ftp\n'],
    [
      'cluster',
      '[ALIASES]\nA1 10.0.0.1/32\nb1 2001:DB8::0/32\n',
      '[aliases]\nb1 2001:db8::/32\na1 10.0.0.1\n',
    ],
    ['cluster', '[ALIASES]\na1 10.0.0.1\na1 web\n', '[ALIASES]\na1 10.0.0.1 # 0\n'],
    ['cluster', '[IPSET ab] # 0\n10.0.0.1 # 0\n', '[IPSET ab]\n10.0.0.1\n'],
    ['cluster', '[IPSET Ab]\n10.0.0.1\nXy\n', '[ipset ab]\nxy\n10.0.0.1/32\n'],
    ['guest', '[RULES]\nIN SSH(ACCEPT) -source A1\n', '[rules]\nin ssh(ACCEPT) --source a1 -log nolog\n'],
    ['guest', '[RULES]\nIN ACCEPT -p tcp -dport 80,443\n', '[RULES]\nIN ACCEPT -dport 443,80 -p tcp # \n'],
    [
      'guest',
      '[RULES]\nIN ACCEPT -p icmp -dport echo-request\n',
      '[RULES]\nIN ACCEPT -p icmp -icmp-type echo-request\n',
    ],
    [
      'guest',
      '[RULES]\nIN DROP -source 2001:DB8:0::/32,2001:db9::1/128\n',
      '[RULES]\nIN DROP -source 2001:db9::1,2001:db8::/32\n',
    ],
  ])('is one for %s texts %j and %j', (scope, a, b) => {
    expect(normal(scope, a)).toEqual(normal(scope, b));
  });

  test.each<[FirewallScope, string, string]>([
    ['guest', '[RULES]\nIN ACCEPT\nIN DROP\n', '[RULES]\nIN DROP\nIN ACCEPT\n'],
    ['guest', '[RULES]\nIN ACCEPT\n', '[RULES]\n|IN ACCEPT\n'],
    ['guest', '[OPTIONS]\ndhcp: 1\n', '[OPTIONS]\ndhcp: 0\n'],
    ['guest', '[OPTIONS]\nenable: 1\n', ''],
    ['host', '[OPTIONS]\nenable: 0\n', ''],
    ['cluster', '[OPTIONS]\nlog_ratelimit: rate=1/second\n', ''],
    ['cluster', '[OPTIONS]\nlog_ratelimit: bogus=1\n', ''],
    ['cluster', '[IPSET ab]\n10.0.0.1\n', '[IPSET ab]\n!10.0.0.1\n'],
    ['cluster', '[IPSET ab]\n', ''],
    ['cluster', '[IPSET ab]\n10.0.0.1\n[IPSET ab]\n', '[IPSET ab]\n10.0.0.1\n'],
    ['guest', '[RULES]\nIN ACCEPT -p tcp -dport 80\n', '[RULES]\nIN ACCEPT -p tcp -sport 80\n'],
    ['guest', '[RULES]\nIN ACCEPT -source +Ab\n', '[RULES]\nIN ACCEPT -source +ab\n'],
    ['guest', '[RULES]\nIN ACCEPT # a\n', '[RULES]\nIN ACCEPT # b\n'],
    ['guest', '[RULES]\nIN ACCEPT -source 10.0.0.0/8\n', '[RULES]\nIN ACCEPT -source 10.0.0.0/9\n'],
    ['guest', '[RULES]\nIN ACCEPT -source 10.0.0.0/8\n', '[RULES]\nIN ACCEPT -source 10.0.0.9/8\n'],
  ])('differs for %s texts %j and %j', (scope, a, b) => {
    expect(normal(scope, a)).not.toEqual(normal(scope, b));
  });

  test('masks networks as the kernel does', () => {
    expect(networkForm('10.1.2.3/8')).toBe('10.0.0.0/8');
    expect(networkForm('10.1.2.3/32')).toBe('10.1.2.3');
    expect(networkForm('2001:db8:ffff::1/33')).toBe('2001:db8:8000::/33');
    expect(networkForm('::/0')).toBe('::/0');
    expect(networkForm('10.0.0.1-10.0.0.9')).toBe('10.0.0.1-10.0.0.9');
  });
});

const word = fc.stringMatching(/^[a-z][a-z0-9_-]{1,8}$/u);
const rules: fc.Arbitrary<FirewallRule> = fc
  .record(
    {
      iface: fc.constantFrom('net0', 'vmbr0'),
      source: fc.constantFrom('10.0.0.0/8', '+dc/admins', 'guest/self'),
      dest: fc.constantFrom('2001:db8::1', 'a1'),
      proto: fc.constantFrom('tcp', 'udp'),
      dport: fc.constantFrom('80', '80:85,90', 'ssh'),
      sport: fc.constant('53'),
      log: fc.constantFrom('info', 'nolog'),
      comment: word,
    },
    { requiredKeys: [] },
  )
  .chain((match) =>
    fc
      .oneof(
        fc.record({
          enabled: fc.boolean(),
          type: fc.constantFrom('in', 'out', 'forward'),
          action: fc.constant('DROP'),
        }),
        fc.record({
          enabled: fc.boolean(),
          type: fc.constant('in'),
          action: fc.constant('ACCEPT'),
          macro: fc.constantFrom('SSH', 'HTTP'),
        }),
      )
      .map((rule): FirewallRule => ({ ...rule, ...match })),
  );

/** The same rule as somebody might write it by hand. */
function byHand(rule: FirewallRule, order: readonly number[]): string {
  const parts = [
    rule.source === undefined ? '' : `--source ${rule.source}`,
    rule.dest === undefined ? '' : `-dest ${rule.dest}`,
    rule.proto === undefined ? '' : `--proto ${rule.proto}`,
    rule.dport === undefined ? '' : `-dport ${rule.dport.split(',').toReversed().join(',')}`,
    rule.sport === undefined ? '' : `--sport ${rule.sport}`,
    rule.log === undefined ? '-log nolog' : `--log ${rule.log}`,
    rule.iface === undefined ? '' : `-i ${rule.iface}`,
  ];
  const shuffled = parts
    .map((part, index) => ({ part, at: order[index] ?? 0 }))
    .toSorted((a, b) => a.at - b.at);
  const action = rule.macro === undefined ? rule.action : `${rule.macro.toLowerCase()}(${rule.action})`;
  const note = rule.comment === undefined ? '#' : `#${rule.comment}  `;
  return `  ${rule.enabled ? '' : '|'}${rule.type}   ${action} ${shuffled
    .map(({ part }) => part)
    .join(' ')
    .replaceAll(/ +(?=-)/gu, '  ')} ${note}`;
}

describe('generated rules', () => {
  const lists = fc.array(
    rules.map(({ log, ...rule }): FirewallRule => (log === 'info' ? { ...rule, log } : rule)),
    { maxLength: 4 },
  );

  test('mean the same however they are written', () => {
    const order = fc.array(fc.nat(), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(lists, order, (list, places) => {
        const plain = list.map((rule) => formatRule(rule)).join('\n');
        const hand = list.map((rule) => byHand(rule, places)).join('\n\n# x\n');
        expect(normal('cluster', `[rules]\n${hand}\n`)).toEqual(normal('cluster', `[RULES]\n\n${plain}`));
      }),
    );
  });

  test('mean something else when they are others', () => {
    fc.assert(
      fc.property(lists, lists, (a, b) => {
        fc.pre(JSON.stringify(a.map(formatRule)) !== JSON.stringify(b.map(formatRule)));
        const text = (list: readonly FirewallRule[]): string => `[RULES]\n${list.map(formatRule).join('\n')}`;
        expect(normal('cluster', text(a))).not.toEqual(normal('cluster', text(b)));
      }),
    );
  });
});

describe('a rule', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(rules, (rule) => {
        expect(parseRule(formatRule(rule))).toEqual(rule);
      }),
    );
  });

  test('is written as PVE writes it', () => {
    const text = sample('plain.cluster.fw');
    const lines = text.split('\n').filter((line) => /^\|?(?:IN|OUT|GROUP|FORWARD) /u.test(line));
    expect(
      lines
        .map((line) => parseRule(line))
        .map((rule) => (typeof rule === 'string' ? rule : formatRule(rule))),
    ).toEqual(lines);
  });
});

/** The lines that only one of the texts has. */
function changedLines(before: string, after: string): readonly string[] {
  const left = before.split('\n');
  const added: string[] = [];
  for (const line of after.split('\n')) {
    const at = left.indexOf(line);
    if (at === -1) added.push(`+${line}`);
    else left.splice(at, 1);
  }
  return [...left.map((line) => `-${line}`), ...added];
}

describe('editing', () => {
  const before = sample('plain.cluster.fw');
  const file = decodeFirewall('cluster', before);
  const drop: FirewallRule = { enabled: true, type: 'in', action: 'DROP' };

  test('changes its own line only', () => {
    const cases = [
      [setFirewallOption(file, 'policy_in', 'REJECT'), ['-policy_in: DROP', '+policy_in: REJECT']],
      [setFirewallOption(file, 'policy_out', 'DROP'), ['+policy_out: DROP']],
      [removeFirewallOption(file, 'policy_in'), ['-policy_in: DROP']],
      [setAlias(file, { name: 'MON6', cidr: '2001:db8::11' }), ['-mon6 2001:db8::10', '+MON6 2001:db8::11']],
      [setAlias(file, { name: 'new', cidr: '10.0.0.1', comment: 'x' }), ['+new 10.0.0.1 # x']],
      [removeAlias(file, 'office'), ['-Office 192.0.2.0/24 # Büro in Graz']],
      [
        setIpsetEntry(file, 'admins', { cidr: '192.0.2.13', nomatch: false }),
        ['-!192.0.2.13 # the printer', '+192.0.2.13'],
      ],
      [setIpsetEntry(file, 'empty', { cidr: '10.0.0.1', nomatch: false }), ['+10.0.0.1']],
      [removeIpsetEntry(file, 'admins', 'Office'), ['-Office']],
      [insertRule(file, 1, drop), ['+IN DROP']],
      [insertRule(file, 99, drop, 'web'), ['+IN DROP']],
      [replaceRule(file, 5, drop), ["-OUT REJECT -p udp -sport 53 # no DNS of one's own", '+IN DROP']],
      [removeRule(file, 0, 'web'), ['-IN HTTP(ACCEPT)']],
      [setFirewallSection(file, 'group', 'web', 'new'), ['-[group web] # what serves', '+[group web] # new']],
    ] as const;
    for (const [edited, lines] of cases) expect(changedLines(before, encodeFirewall(edited))).toEqual(lines);
  });

  test('keeps how its line is indented', () => {
    const text = '  [IPSET ab]\n\t10.0.0.1\n [OPTIONS]\n  enable: 0\n[RULES]\n  IN ACCEPT\n';
    const indented = decodeFirewall('cluster', text);
    const edits: readonly [FirewallFile, readonly string[]][] = [
      [setFirewallOption(indented, 'enable', '1'), ['-  enable: 0', '+  enable: 1']],
      [setIpsetEntry(indented, 'ab', { cidr: '10.0.0.1', nomatch: true }), ['-\t10.0.0.1', '+\t!10.0.0.1']],
      [replaceRule(indented, 0, drop), ['-  IN ACCEPT', '+  IN DROP']],
      [setFirewallSection(indented, 'ipset', 'ab', 'x'), ['-  [IPSET ab]', '+  [IPSET ab] # x']],
    ];
    for (const [edited, lines] of edits) expect(changedLines(text, encodeFirewall(edited))).toEqual(lines);
  });

  test('of a section leaves the comment of the next', () => {
    const text = '[IPSET ab]\n# of ab\n10.0.0.1\n\n# of web\n[group web]\nIN ACCEPT\n';
    expect(encodeFirewall(removeFirewallSection(decodeFirewall('cluster', text), 'ipset', 'ab'))).toBe(
      '# of web\n[group web]\nIN ACCEPT\n',
    );
  });

  test('leaves what is already so', () => {
    expect(encodeFirewall(setFirewallOption(file, 'enable', '1'))).toBe(before);
    expect(encodeFirewall(setIpsetEntry(file, 'admins', { cidr: 'Office', nomatch: false }))).toBe(before);
    expect(encodeFirewall(removeAlias(file, 'none'))).toBe(before);
  });

  test('makes a file as PVE writes it', () => {
    const empty = decodeFirewall('cluster', '');
    const grouped = insertRule(setFirewallSection(empty, 'group', 'web', 'what serves'), 0, drop, 'web');
    const made = setIpsetEntry(setFirewallOption(insertRule(grouped, 0, drop), 'enable', '1'), 'ab', {
      cidr: '10.0.0.1',
      nomatch: true,
    });
    expect(encodeFirewall(made)).toBe(
      '[OPTIONS]\n\nenable: 1\n\n[IPSET ab]\n\n!10.0.0.1\n\n[RULES]\n\nIN DROP\n\n[group web] # what serves\n\nIN DROP\n\n',
    );
    expect(encodeFirewall(removeFirewallSection(made, 'ipset', 'AB'))).not.toContain('IPSET');
  });

  test('a rule comes to stand where it was put, whatever the file', () => {
    fc.assert(
      fc.property(fc.array(rules, { maxLength: 5 }), rules, fc.nat(6), (others, rule, position) => {
        const text = `[RULES]\n${others.map((other) => formatRule(other)).join('\n\n# x\n')}`;
        const edited = insertRule(decodeFirewall('cluster', text), position, rule);
        const again = decodeFirewall('cluster', encodeFirewall(edited));
        const at = Math.min(position, others.length);
        expect(firewallRules(again)).toEqual(others.toSpliced(at, 0, rule));
        expect(firewallRules(removeRule(again, at))).toEqual(others);
      }),
    );
  });
});

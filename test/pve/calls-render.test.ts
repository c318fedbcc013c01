import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Argument, PveCall } from '../../src/pve/call.ts';
import { renderCall, showCommand } from '../../src/pve/render-call.ts';
import { fillPieces, renderHttps } from '../../src/pve/render-https.ts';

/** What a command line can carry: no NUL, and whole characters. */
const text = fc
  .oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom(...'\'"$`\\ \n\t-=;|&<>(){}[]*?!~#%aü€😀') }),
    fc.constantFrom('-', '--', '--x', '-n', '', '$(id)', "it's", 'a\nb', '~', '!!'),
  )
  .filter((value) => !value.includes('\0'))
  .map((value) => value.replaceAll(/\p{Surrogate}/gu, ''));

const word = fc.stringMatching(/^[a-z][a-z0-9]{1,8}$/u);

/** Calls of each tool, and of pvesh, whose values are any text. */
const call: fc.Arbitrary<PveCall> = fc
  .record({
    head: fc.constantFrom<readonly ['PUT' | 'POST', string, readonly string[]]>(
      ['PUT', '/nodes/pve1/qemu/100/config', []],
      ['POST', '/nodes/pve1/lxc', ['vmid', 'ostemplate']],
      ['POST', '/storage', ['type', 'storage', 'password']],
      ['POST', '/access/users', ['userid']],
      ['PUT', '/cluster/ha/resources/vm:100', []],
      ['POST', '/nodes/pve1/vzdump', []],
      ['PUT', '/cluster/replication/100-0', []],
      ['PUT', '/nodes/pve1/config', []],
      ['POST', '/cluster/firewall/rules', []],
    ),
    params: fc.dictionary(word, text, { maxKeys: 4 }),
    named: fc.array(text, { minLength: 3, maxLength: 3 }),
  })
  .map(({ head: [method, path, names], params, named }) => ({
    method,
    path,
    params: { ...params, ...Object.fromEntries(names.map((name, index) => [name, named[index] ?? ''])) },
  }));

const interpreter = process.env['PERL'] ?? 'perl';
const hasParser = spawnSync(interpreter, ['-MGetopt::Long', '-e', '1']).status === 0;

/** PVE::JSONSchema get_options in short: an option has a mandatory text, a password an optional one. */
const optionParser = `use Getopt::Long qw(GetOptionsFromArray); Getopt::Long::Configure('prefix_pattern=(--|-)');
while (my $line = <STDIN>) {
  chomp $line;
  my ($names, $argv) = split /;/, $line, -1;
  my @args = map { pack 'H*', $_ } split /,/, $argv, -1;
  my %found;
  GetOptionsFromArray(\\@args, \\%found, map { $_ . ($_ eq 'password' ? ':s' : '=s') } split /,/, $names);
  print join(',', map { unpack 'H*', $_ } %found), ';', join(',', map { unpack 'H*', $_ } @args), "\\n";
}`;

interface Parsed {
  readonly options: Readonly<Record<string, string>>;
  readonly bare: readonly string[];
}

/** What the option parser makes of each command line. */
function parseOptions(
  lines: readonly { readonly names: readonly string[]; readonly argv: readonly string[] }[],
): readonly Parsed[] {
  const toHex = (part: string): string => Buffer.from(part).toString('hex');
  const input = lines.map(({ names, argv }) => `${names.join(',')};${argv.map(toHex).join(',')}\n`).join('');
  const said = execFileSync(interpreter, ['-e', optionParser], { input, encoding: 'utf8' });
  return said
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [found = [], bare = []] = line
        .split(';')
        .map((half) => half.split(',').map((part) => Buffer.from(part, 'hex').toString()));
      const pairs = found.flatMap((name, index) =>
        index % 2 === 0 && name !== '' ? [[name, found[index + 1] ?? '']] : [],
      );
      return { options: Object.fromEntries(pairs), bare };
    });
}

const asText = (argument: Argument): string => (typeof argument === 'string' ? argument : '');

describe('a command line through a shell', () => {
  test('every argument arrives as it is', () => {
    const argvs = fc.sample(call, { numRuns: 400, seed: 1 }).map((made) => renderCall(made).map(asText));
    const script = argvs
      .map((argv) => `printf '%s\\0' ${showCommand(argv)}`)
      .concat('')
      .join('\n');
    const said = execFileSync('sh', ['-s'], { input: script, encoding: 'utf8' });
    expect(said.split('\0').slice(0, -1)).toEqual(argvs.flat());
  });

  test.runIf(hasParser)('and the option parser of PVE finds every value under its name, or bare', () => {
    const calls = fc.sample(call, { numRuns: 400, seed: 2 });
    const answers = parseOptions(
      calls.map((made) => ({ names: Object.keys(made.params), argv: renderCall(made).map(asText) })),
    );
    expect(answers).toHaveLength(calls.length);
    for (const [index, { options, bare }] of answers.entries()) {
      const params = calls[index]?.params ?? {};
      const named = Object.entries(params).filter(([name]) => name in options);
      const others = Object.entries(params).filter(([name]) => !(name in options));
      expect(options).toEqual(Object.fromEntries(named));
      expect(bare).toEqual(expect.arrayContaining(others.map(([, value]) => value)));
    }
  });

  test('no value stands alone that looks like an option', () => {
    fc.assert(
      fc.property(call, (made) => {
        const argv = renderCall(made).map(asText);
        const bare = argv.filter(
          (part, index) => index > 0 && !/^--[a-z]/u.test(argv[index - 1] ?? '') && !/^--[a-z]/u.test(part),
        );
        expect(bare.filter((part) => part.startsWith('-'))).toEqual([]);
      }),
    );
  });
});

describe('a call as a request', () => {
  const secrets = (argument: Exclude<Argument, string>): string =>
    'secret' in argument ? `s&${argument.secret}` : 'da39';

  test('parameters of PUT and POST are the body', () => {
    const request = renderHttps(
      {
        method: 'PUT',
        path: '/nodes/pve1/qemu/100/config',
        params: { cores: '2', name: 'a b&c=ü', cipassword: { secret: 'ci' }, digest: { digest: '/x' } },
      },
      'https://pve1:8006',
    );
    expect(request).toEqual({
      method: 'PUT',
      url: ['https://pve1:8006/api2/json/nodes/pve1/qemu/100/config'],
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: [
        'cores=',
        '2',
        '&name=',
        'a%20b%26c%3D%C3%BC',
        '&cipassword=',
        { secret: 'ci' },
        '&digest=',
        { digest: '/x' },
      ],
    });
    expect(fillPieces(request.body ?? [], secrets)).toBe(
      'cores=2&name=a%20b%26c%3D%C3%BC&cipassword=s%26ci&digest=da39',
    );
  });

  test('those of GET and DELETE are in the URL, an array several times', () => {
    expect(
      renderHttps({ method: 'DELETE', path: '/storage/x', params: {} }, 'https://[2001:db8::1]:8006'),
    ).toEqual({ method: 'DELETE', url: ['https://[2001:db8::1]:8006/api2/json/storage/x'], headers: {} });
    const { url } = renderHttps(
      {
        method: 'GET',
        path: '/nodes/a/storage/local/content/local:iso/a b?.iso',
        params: { v: ['1', { secret: 'k' }] },
      },
      'https://a',
    );
    expect(fillPieces(url, secrets)).toBe(
      'https://a/api2/json/nodes/a/storage/local/content/local%3Aiso/a%20b%3F.iso?v=1&v=s%26k',
    );
  });

  test('any text comes back', () => {
    fc.assert(
      fc.property(fc.dictionary(word, text), (params) => {
        const { body = [] } = renderHttps({ method: 'POST', path: '/x', params }, 'https://a');
        const pairs = fillPieces(body, secrets)
          .split('&')
          .filter(Boolean)
          .map((pair) => pair.split('=').map(decodeURIComponent));
        expect(pairs).toEqual(Object.entries(params));
      }),
    );
  });

  test('half a character is no error', () => {
    const { body } = renderHttps({ method: 'POST', path: '/x', params: { a: 'x\uD800' } }, 'https://a');
    expect(body).toEqual(['a=', 'x%EF%BF%BD']);
  });
});

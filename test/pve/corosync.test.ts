import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addCorosyncNode,
  removeCorosyncNode,
  removeCorosyncOption,
  setCorosyncOption,
} from '../../src/pve/corosync-edit.ts';
import { corosyncFile } from '../../src/pve/corosync-file-kind.ts';
import {
  corosyncNodes,
  decodeCorosync,
  encodeCorosync,
  findSection,
  optionValue,
  type CorosyncConfig,
} from '../../src/pve/corosync.ts';
import { sampleFiles } from './file-samples.ts';

const samples = sampleFiles('corosync');
const accepted = samples.filter(({ name }) => !name.includes('refused'));
const sample = (name: string): string =>
  samples.find((file) => file.name.endsWith(`/${name}.conf`))?.text ?? '';
const normal = (text: string): unknown => corosyncFile.inspect(text).normal;

const piece = fc.oneof(
  fc.constantFrom(
    'totem',
    'nodelist',
    'node',
    'interface',
    '{',
    '}',
    'name:',
    'a:',
    'b',
    '#x',
    ':',
    '\n',
    '\r\n',
  ),
  fc.string({ unit: 'binary' }),
);
const anyText = fc
  .array(piece)
  .chain((parts) => fc.constantFrom(' ', '\n', '').map((space) => parts.join(space)));

describe('corosync.conf', () => {
  test('comes out of encode as it went into decode, for every sample and any text', () => {
    expect(samples.length).toBeGreaterThan(5);
    for (const { name, text } of samples)
      expect({ name, text: encodeCorosync(decodeCorosync(text)) }).toEqual({ name, text });
    fc.assert(
      fc.property(anyText, (text) => {
        expect(corosyncFile.inspect(text).encoded).toBe(text);
      }),
    );
  });

  test('says nodes, links, sections and options', () => {
    const config = decodeCorosync(sample('three-nodes'));
    expect(
      corosyncNodes(config).map(({ name, id, addresses }) => ({
        name,
        id,
        addresses: [...addresses.values()],
      })),
    ).toEqual([
      { name: 'alpha', id: '1', addresses: ['10.0.0.1', '10.1.0.1'] },
      { name: 'beta', id: '2', addresses: ['10.0.0.2', '10.1.0.2'] },
      { name: 'delta', id: '3', addresses: ['10.0.0.3', '10.1.0.3'] },
    ]);
    expect(optionValue(findSection(config, 'totem'), 'config_version')).toBe('7');
    expect(corosyncFile.inspect(sample('two-nodes-by-hand')).value).toMatchObject({
      totem: { cluster_name: 'lab', interface: [{ ringnumber: '0' }] },
      quorum: { device: { net: { algorithm: 'ffsplit' } } },
      nodelist: { node: [{ name: 'two' }, { name: 'one' }] },
    });
    expect(corosyncFile.inspect(sample('three-nodes')).defines).toEqual([
      { kind: 'node', name: 'alpha', line: 8 },
      { kind: 'node', name: 'beta', line: 15 },
      { kind: 'node', name: 'delta', line: 22 },
    ]);
  });

  test('is read by words, not by lines, as PVE does', () => {
    expect(corosyncFile.inspect(sample('crowded')).value).toEqual({
      totem: { version: '2', cluster_name: 'x', config_version: '1', secauth: 'on' },
      nodelist: { node: [{ name: 'a', nodeid: '1', ring0_addr: '10.0.0.1' }] },
    });
    expect(corosyncNodes(decodeCorosync(sample('crlf'))).map(({ name }) => name)).toEqual(['a']);
  });

  test('is known by its look and by its path', () => {
    for (const { name, text } of accepted)
      expect({ name, look: corosyncFile.looksLike(text) }).toEqual({
        name,
        look: text === '' ? 'no' : 'certain',
      });
    expect(corosyncFile.path.test('/etc/pve/corosync.conf')).toBe(true);
    expect(corosyncFile.path.test('/etc/corosync/corosync.conf')).toBe(true);
  });
});

describe('what is told of it', () => {
  const told = (text: string): readonly string[] =>
    corosyncFile
      .inspect(text)
      .findings.map(({ line, severity, code }) => `${line} ${severity} ${code.slice(9)}`);

  test('no error where PVE takes it', () => {
    for (const { name, text } of accepted) {
      const errors = told(text).filter((finding) => finding.includes(' error '));
      expect({ name, errors }).toEqual({ name, errors: [] });
    }
    expect(told(sample('three-nodes'))).toEqual([]);
    expect(told(sample('two-nodes-by-hand'))).toEqual([]);
    expect(told(sample('crlf'))).toEqual([]);
  });

  test('what PVE cannot read, and what follows is read all the same', () => {
    expect(told(sample('broken'))).toEqual([
      '2 error syntax',
      '7 error syntax',
      '13 error syntax',
      '18 error syntax',
      '19 error syntax',
      '19 error syntax',
      '20 error syntax',
    ]);
    expect(corosyncNodes(decodeCorosync(sample('broken'))).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  const three = sample('three-nodes');
  test.each([
    ['a node twice', three.replace('name: beta', 'name: alpha'), ['15 error node-twice']],
    ['an id twice', three.replace('nodeid: 2', 'nodeid: 1'), ['15 warning node-id']],
    ['no id', three.replace('    nodeid: 2\n', ''), ['15 warning node-id']],
    ['an address twice', three.replace('10.1.0.2', '10.1.0.1'), ['15 warning address-twice']],
    ['a link without address', three.replace('    ring1_addr: 10.1.0.2\n', ''), ['15 error link']],
    [
      'an address without link',
      three.replace('linknumber: 1', 'linknumber: 2'),
      ['8 error link', '8 error link', '15 error link', '15 error link', '22 error link', '22 error link'],
    ],
    ['no config_version', three.replace('  config_version: 7\n', ''), ['34 warning config-version']],
    ['no encryption', three.replace('secauth: on', 'secauth: off'), ['34 warning no-encryption']],
    ['two_node with three', three.replace('provider:', 'two_node: 1\n  provider:'), ['31 warning two-node']],
    ['a comment behind', three.replace('version: 2', 'version: 2 # knet'), ['47 warning comment']],
  ])('%s', (_, text, expected) => {
    expect(told(text)).toEqual(expected);
  });
});

describe('an edit', () => {
  const totem = (config: CorosyncConfig) => findSection(config, 'totem') ?? config.main;
  const edited = (text: string, edit: (config: CorosyncConfig) => CorosyncConfig): string =>
    encodeCorosync(edit(decodeCorosync(text)));
  const three = sample('three-nodes');

  test('of an option changes its line, or makes one where PVE would', () => {
    expect(edited(three, (config) => setCorosyncOption(config, totem(config), 'config_version', '8'))).toBe(
      three.replace('config_version: 7', 'config_version: 8'),
    );
    expect(
      edited(three, (config) => setCorosyncOption(config, totem(config), 'token_coefficient', '125')),
    ).toBe(three.replace('  version: 2', '  token_coefficient: 125\n  version: 2'));
    expect(edited(three, (config) => setCorosyncOption(config, totem(config), 'window_size', '50'))).toBe(
      three.replace('  version: 2\n', '  version: 2\n  window_size: 50\n'),
    );
    expect(edited(three, (config) => removeCorosyncOption(config, totem(config), 'link_mode'))).toBe(
      three.replace('  link_mode: passive\n', ''),
    );
    expect(
      edited(sample('crowded'), (config) => setCorosyncOption(config, totem(config), 'token', '2000')),
    ).toBe(sample('crowded').replace('version: 2 cl', 'token: 2000 version: 2 cl'));
    expect(
      edited(sample('crowded'), (config) => removeCorosyncOption(config, totem(config), 'secauth')),
    ).toBe(sample('crowded').replace('secauth: on ', ''));
  });

  test('of the nodes puts them by name', () => {
    const gamma = { name: 'gamma', nodeid: '4', quorum_votes: '1', ring0_addr: '10.0.0.4' };
    const block =
      '  node {\n    name: gamma\n    nodeid: 4\n    quorum_votes: 1\n    ring0_addr: 10.0.0.4\n  }\n';
    const added = edited(three, (config) => addCorosyncNode(config, gamma));
    expect(added).toBe(three.replace('}\n\nquorum', `${block}}\n\nquorum`));
    expect(edited(added, (config) => removeCorosyncNode(config, 'gamma'))).toBe(three);
    const first = edited(three, (config) => addCorosyncNode(config, { ...gamma, name: 'aardvark' }));
    expect(corosyncNodes(decodeCorosync(first)).map(({ name }) => name)).toEqual([
      'aardvark',
      'alpha',
      'beta',
      'delta',
    ]);
  });

  test('is what is read then, for any sample', () => {
    fc.assert(
      fc.property(fc.constantFrom(...accepted), fc.stringMatching(/^[a-z]{1,6}_q$/u), ({ text }, key) => {
        const config = decodeCorosync(text);
        if (findSection(config, 'totem') === undefined) return;
        const after = setCorosyncOption(config, totem(config), key, 'v');
        expect(optionValue(findSection(decodeCorosync(encodeCorosync(after)), 'totem'), key)).toBe('v');
        expect(encodeCorosync(removeCorosyncOption(after, totem(after), key))).toBe(text);
      }),
    );
  });
});

describe('normal form', () => {
  const three = sample('three-nodes');
  test.each([
    ['comments and white space', `# x\n${three.replaceAll('\n  ', '\r\n\t ')}`],
    ['the order of sections', three.replace(/^(?<a>logging[^}]*\}\s*)(?<b>[^]*)$/u, '$<b>$<a>')],
    ['the order of options', three.replace('  secauth: on\n  version: 2\n', '  version: 2\n  secauth: on\n')],
    ['one vote', three.replace('    quorum_votes: 1\n', '')],
    ['ringnumber for linknumber', three.replace('linknumber: 0', 'ringnumber: 0')],
    ['the case of ip_version', three.replace('ipv4-6', 'IPv4-6')],
    ['words on one line', three.replaceAll('\n', ' ')],
  ])('%s: no difference', (_, text) => {
    expect(text).not.toBe(three);
    expect(normal(text)).toEqual(normal(three));
  });

  test.each([
    ['a vote', three.replace('quorum_votes: 1', 'quorum_votes: 2')],
    ['an address', three.replace('10.1.0.3', '10.1.0.4')],
    ['a node less', three.replace(/ {2}node \{[^}]*delta[^}]*\}\n/u, '')],
    ['the version', three.replace('config_version: 7', 'config_version: 8')],
    ['a link', three.replace('linknumber: 1', 'linknumber: 2')],
    ['what cannot be read', `${three}}`],
  ])('%s: a difference', (_, text) => {
    expect(text).not.toBe(three);
    expect(normal(text)).not.toEqual(normal(three));
  });

  test('nodes in any order, options in any order', () => {
    const options = ['name: NAME', 'nodeid: 1', 'ring0_addr: NAME', 'quorum_votes: 1'];
    const make = (names: readonly string[], order: readonly string[]): string =>
      `nodelist {\n${names.map((name) => `node {\n${order.join('\n').replaceAll('NAME', name)}\n}\n`).join('')}}\n`;
    const orders = fc.tuple(
      fc.shuffledSubarray(['a', 'b', 'c'], { minLength: 3 }),
      fc.shuffledSubarray(options, { minLength: 4 }),
    );
    fc.assert(
      fc.property(orders, ([names, order]) => {
        expect(normal(make(names, order))).toEqual(normal(make(['a', 'b', 'c'], options)));
      }),
    );
  });
});

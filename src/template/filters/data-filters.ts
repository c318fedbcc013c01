import { createHash } from 'node:crypto';
import { parseAnsibleYaml } from '../../inventory/ansible-yaml.ts';
import { named, numberOr } from '../filter-arguments.ts';
import type { Filter } from '../filter-values.ts';
import { isMapping, list, text, truthy } from '../filter-values.ts';
import { pythonJson } from '../python-text.ts';
import { niceYaml, plainYaml } from '../yaml-text.ts';
import { urlDecoded, urlEncoded, urlSplit } from './url.ts';

const JSON_OPTIONS = ['indent', 'sort_keys', 'ensure_ascii', 'separators'];

/** Filters that write data as text, and read it. */
export const dataFilters: Readonly<Record<string, Filter>> = {
  tojson: (value) => pythonJson(value),
  to_json: (value, ...args) => toJson(value, named(args, JSON_OPTIONS)),
  to_nice_json: (value, ...args) =>
    toJson(value, { indent: 4, sort_keys: true, ...named(args, JSON_OPTIONS) }),
  from_json: (value) => JSON.parse(text(value)) as unknown,
  to_yaml: (value, ...args) => {
    const options = named(args, ['indent', 'sort_keys', 'width', 'default_flow_style']);
    const blocks = options['default_flow_style'] === false;
    return (blocks ? niceYaml : plainYaml)(value, yamlOptions(options, 2));
  },
  to_nice_yaml: (value, ...args) =>
    niceYaml(value, yamlOptions(named(args, ['indent', 'sort_keys', 'width']), 4)),
  from_yaml: (value) => (typeof value === 'string' ? fromYaml(value) : value),
  from_yaml_all: (value) =>
    typeof value === 'string'
      ? value
          .split(/^---(?:[ \t].*)?$/mu)
          .filter((part, index) => index > 0 || part.trim() !== '')
          .map(fromYaml)
      : value,
  b64encode: (value, ...args) =>
    Buffer.from(text(value), encodingOf(named(args, ['encoding'])['encoding'])).toString('base64'),
  b64decode: (value, ...args) => {
    const written = text(value).replaceAll(/[^A-Za-z0-9+/=]/gu, '');
    if (written.length % 4 !== 0) throw new Error('wants a padded text: four letters for three bytes');
    return Buffer.from(written, 'base64').toString(encodingOf(named(args, ['encoding'])['encoding']));
  },
  md5: (value) => digest('md5', value),
  sha1: (value) => digest('sha1', value),
  checksum: (value) => digest('sha1', value),
  hash: (value, ...args) => digest(text(named(args, ['hashtype'])['hashtype'] ?? 'sha1'), value),
  to_uuid: (value, ...args) => uuid5(text(value), text(named(args, ['namespace'])['namespace'] ?? ANSIBLE)),
  urlsplit: (value, ...args) => urlSplit(text(value), text(named(args, ['query'])['query'] ?? '')),
  urldecode: (value) => urlDecoded(text(value)),
  urlencode: (value) =>
    typeof value === 'object' && value !== null
      ? pairsOf(value)
          .map(([key, item]) => `${urlEncoded(key, 'query')}=${urlEncoded(item, 'query')}`)
          .join('&')
      : urlEncoded(text(value), 'path'),
  type_debug: typeName,
};

function toJson(value: unknown, options: Readonly<Record<string, unknown>>): string {
  const { indent, sort_keys: sorts, ensure_ascii: ascii = true } = options;
  if (options['separators'] !== undefined) throw new Error('"separators" is not supported yet');
  return pythonJson(value, {
    ...(indent !== undefined && indent !== null && { indent: numberOr(indent, 0) }),
    order: truthy(sorts) ? 'sorted' : 'as it is',
    letters: truthy(ascii) ? 'ascii' : 'all',
  });
}

const yamlOptions = (
  { indent, sort_keys: sorts = true, width }: Readonly<Record<string, unknown>>,
  otherwise: number,
) => ({
  indent: numberOr(indent, otherwise),
  order: truthy(sorts) ? ('sorted' as const) : ('as it is' as const),
  width: numberOr(width, 80),
});

function fromYaml(source: string): unknown {
  const parsed = parseAnsibleYaml(source, 'text', false);
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message ?? 'not YAML');
  return parsed.value.value;
}

/** Names of Python's encodings. */
const ENCODINGS: Readonly<Record<string, BufferEncoding>> = {
  utf8: 'utf8',
  ascii: 'latin1',
  latin1: 'latin1',
  iso88591: 'latin1',
  utf16le: 'utf16le',
};

function encodingOf(name: unknown): BufferEncoding {
  const found =
    ENCODINGS[
      text(name ?? 'utf-8')
        .toLowerCase()
        .replaceAll(/[-_]/gu, '')
    ];
  if (found === undefined)
    throw new Error(`knows no encoding "${text(name)}"; utf-8, utf-16-le and latin-1 are there`);
  return found;
}

/** Names that OpenSSL has others for. */
const ALGORITHMS: Readonly<Record<string, string>> = { blake2b: 'blake2b512', blake2s: 'blake2s256' };

const digest = (algorithm: string, value: unknown): string =>
  createHash(ALGORITHMS[algorithm] ?? algorithm.replace('sha3_', 'sha3-'))
    .update(text(value))
    .digest('hex');

/** Ansible's own namespace of UUIDs. */
const ANSIBLE = '361e6d51-faec-444a-9079-341386da8e2e';

function uuid5(name: string, namespace: string): string {
  const space = namespace.replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/iu.test(space)) throw new Error(`wants a UUID as "namespace", not "${namespace}"`);
  const sum = createHash('sha1').update(Buffer.from(space, 'hex')).update(name).digest();
  sum.writeUInt8((sum.readUInt8(6) & 0x0f) | 0x50, 6);
  sum.writeUInt8((sum.readUInt8(8) & 0x3f) | 0x80, 8);
  return sum.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');
}

function pairsOf(value: unknown): readonly (readonly [string, string])[] {
  const pairs: readonly unknown[] = isMapping(value) ? Object.entries(value) : list(value);
  return pairs.map((pair) => {
    const [key, item] = list(pair);
    return [text(key), text(item)];
  });
}

/** The name of its type in Python. */
function typeName(value: unknown): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return Array.isArray(value) ? 'list' : 'dict';
}

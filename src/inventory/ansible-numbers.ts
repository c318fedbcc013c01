import type { ScalarTag } from 'yaml';

/**
 * Numbers as Ansible's YAML has them (1.1, PyYAML's resolver.py): octal is 0755, hexadecimal 0x1F, binary 0b11, "_" may
 * stand between digits; 08, 1e3 and 0o17 are text. Left out are those of base 60: a MAC address or a time is text, which
 * is what its author meant. An integer too long to be kept exactly stays text, with all its digits.
 */
export const ansibleNumbers: readonly ScalarTag[] = [
  {
    tag: 'tag:yaml.org,2002:int',
    default: true,
    identify: (value) => typeof value === 'number' && Number.isInteger(value),
    test: /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[\da-fA-F_]+)$/u,
    resolve: integer,
  },
  {
    tag: 'tag:yaml.org,2002:float',
    default: true,
    identify: (value) => typeof value === 'number',
    test: /^(?:[-+]?\d[\d_]*\.[\d_]*|\.\d[\d_]*)(?:[eE][-+]\d+)?$/u,
    resolve: (text: string) => Number(text.replaceAll('_', '')),
  },
];

function integer(text: string): number | string {
  const digits = text.replaceAll(/[-+_]/gu, '');
  const written = /^0[0-7]/u.test(digits) ? `0o${digits.slice(1)}` : digits;
  const value = Number(written) * (text.startsWith('-') ? -1 : 1);
  // "-0" is no number of its own.
  return Number.isSafeInteger(value) ? value + 0 : text;
}

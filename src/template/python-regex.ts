/**
 * A Python regular expression as JavaScript's: named groups, \A, \Z and leading flags are spelt differently.
 * `options` holds Ansible's keyword arguments `ignorecase` and `multiline`. Throws when it is no regular expression.
 */
export function pythonRegex(pattern: string, options: unknown, flags = ''): RegExp {
  const leading = /\(\?(?<letters>[aimsx]+)\)/u.exec(pattern)?.groups?.['letters'] ?? '';
  const body = pattern
    .replace(/\(\?[aimsx]+\)/u, '')
    .replaceAll('(?P<', '(?<')
    .replaceAll(/\(\?P=(\w+)\)/gu, '\\k<$1>')
    .replaceAll('\\A', '^')
    .replaceAll('\\Z', '$');
  const asked = (name: string): boolean =>
    typeof options === 'object' &&
    options !== null &&
    name in options &&
    Object.entries(options).some(([key, value]) => key === name && value === true);
  const all = new Set([...flags, ...[...leading].filter((letter) => 'ims'.includes(letter))]);
  if (asked('ignorecase')) all.add('i');
  if (asked('multiline')) all.add('m');
  return new RegExp(body, [...all].join(''));
}

/** A Python replacement (\1, \g<name>) as JavaScript's ($1, $<name>). */
export function pythonReplacement(replacement: string): string {
  return replacement
    .replaceAll('$', '$$$$')
    .replaceAll(/\\g<(\d+)>/gu, '$$$1')
    .replaceAll(/\\g<(\w+)>/gu, '$$<$1>')
    .replaceAll(/\\(\d+)/gu, '$$$1');
}

/** Compares versions part by part, numbers as numbers, as the test `version` does. Throws on an operator that it doesn't know. */
export function compareVersions(a: string, operator: string, b: string): boolean {
  const order = versionOrder(a.split(/[.\-+~]/u), b.split(/[.\-+~]/u));
  switch (operator) {
    case '==':
    case '=':
    case 'eq':
      return order === 0;
    case '!=':
    case '<>':
    case 'ne':
      return order !== 0;
    case '<':
    case 'lt':
      return order < 0;
    case '<=':
    case 'le':
      return order <= 0;
    case '>':
    case 'gt':
      return order > 0;
    case '>=':
    case 'ge':
      return order >= 0;
    default:
      throw new Error(`knows no operator "${operator}"`);
  }
}

function versionOrder(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [left, right] = [a[index] ?? '', b[index] ?? ''];
    const order =
      /^\d*$/u.test(left) && /^\d*$/u.test(right)
        ? (left === '' ? -1 : Number(left)) - (right === '' ? -1 : Number(right))
        : left < right
          ? -1
          : Number(left > right);
    if (order !== 0) return order;
  }
  return 0;
}

/** Compares versions as the test `version` does. Throws on an operator or a kind that it doesn't know, and on what is no version. */
export function compareVersions(a: string, operator: string, b: string, kind = 'loose'): boolean {
  const holds = OPERATORS[operator];
  if (holds === undefined) throw new Error(`knows no operator "${operator}"`);
  const order = ORDERS[kind];
  if (order === undefined)
    throw new Error(`knows no version_type "${kind}"; ${Object.keys(ORDERS).join(', ')} are there`);
  if (a === '' || b === '') throw new Error('wants two versions; one is empty');
  return holds(order(a, b));
}

const is =
  (wanted: number): ((order: number) => boolean) =>
  (order) =>
    Math.sign(order) === wanted;
const isNot =
  (other: number): ((order: number) => boolean) =>
  (order) =>
    Math.sign(order) !== other;

const OPERATORS: Readonly<Record<string, (order: number) => boolean>> = {
  '==': is(0),
  '=': is(0),
  eq: is(0),
  '!=': isNot(0),
  '<>': isNot(0),
  ne: isNot(0),
  '<': is(-1),
  lt: is(-1),
  '<=': isNot(1),
  le: isNot(1),
  '>': is(1),
  gt: is(1),
  '>=': isNot(-1),
  ge: isNot(-1),
};

type Part = string | number;

const ORDERS: Readonly<Record<string, (a: string, b: string) => number>> = {
  loose: (a, b) => byParts(looseParts(a), looseParts(b)),
  strict: (a, b) => byParts(strictParts(a), strictParts(b)),
  semver: (a, b) => byParts(semanticParts(a), semanticParts(b)),
  semantic: (a, b) => byParts(semanticParts(a), semanticParts(b)),
  pep440: (a, b) => byParts(pythonParts(a), pythonParts(b)),
};

/** Part by part; who ends first is less. */
function byParts(a: readonly Part[], b: readonly Part[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [left, right] = [a[index], b[index]];
    if (left === right) continue;
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    if (typeof left !== typeof right)
      throw new Error(`can't compare "${left}" with "${right}"; version_type="semver" or "pep440" may`);
    return left < right ? -1 : 1;
  }
  return 0;
}

/** Numbers, words, and what stands between them, dots left out. */
function looseParts(version: string): readonly Part[] {
  return version
    .split(/(\d+|[a-z]+|\.)/u)
    .filter((part) => part !== '' && part !== '.')
    .map((part) => (/^\d+$/u.test(part) ? Number(part) : part));
}

function strictParts(version: string): readonly Part[] {
  const found = /^(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?$/u.exec(version);
  if (found === null) throw new Error(`"${version}" is no strict version, as in 1.2.3`);
  const [, major = '', minor = '', patch = '0', letter, number = '0'] = found;
  return [Number(major), Number(minor), Number(patch), letter ?? 'z', Number(number)];
}

/** What comes before a release is less than it; "+build" does not count. */
function semanticParts(version: string): readonly Part[] {
  const found = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/u.exec(version);
  if (found === null) throw new Error(`"${version}" is no semantic version, as in 1.2.3`);
  const [, major = '', minor = '', patch = '', before] = found;
  const numbers = [major, minor, patch].map(Number);
  if (before === undefined) return [...numbers, 1];
  // Numbers are less than words.
  const words = before
    .split('.')
    .flatMap((part): readonly Part[] => (/^\d+$/u.test(part) ? [0, Number(part)] : [1, part]));
  return [...numbers, 0, ...words];
}

const STAGES: Readonly<Record<string, number>> = {
  a: 0,
  alpha: 0,
  b: 1,
  beta: 1,
  c: 2,
  rc: 2,
  pre: 2,
  preview: 2,
};

/** Python's: epoch, release, a, b, rc, post, dev. */
function pythonParts(version: string): readonly Part[] {
  const found =
    /^v?(?:(?<epoch>\d+)!)?(?<release>\d+(?:\.\d+)*)(?:[-_.]?(?<stage>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<before>\d*))?(?:(?:[-_.]?(?:post|rev|r)[-_.]?|-)(?<post>\d*))?(?:[-_.]?dev(?<dev>\d*))?(?:\+[a-z0-9.]+)?$/iu.exec(
      version.trim(),
    )?.groups;
  if (found === undefined) throw new Error(`"${version}" is no version of Python's`);
  const { epoch = '0', release = '', stage, before, post, dev } = found;
  const numbers = release
    .replace(/(?:\.0+)+$/u, '')
    .split('.')
    .map(Number);
  // Releases are compared number by number, so what follows must not stand in a number's place.
  const padded = Array.from({ length: 8 }, (_, index) => numbers[index] ?? 0);
  const isOnlyDev = stage === undefined && post === undefined && dev !== undefined;
  return [
    Number(epoch),
    ...padded,
    isOnlyDev ? -1 : stage === undefined ? 3 : (STAGES[stage.toLowerCase()] ?? 0),
    Number(before ?? 0),
    post === undefined ? -1 : Number(post),
    dev === undefined ? Infinity : Number(dev),
  ];
}

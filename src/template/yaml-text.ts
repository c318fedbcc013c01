import { stringify } from 'yaml';

/** YAML as PyYAML writes it for Ansible's `to_yaml`: keys in order, what holds no lists and mappings itself on one line. */
export function plainYaml(value: unknown): string {
  return isCollection(value) ? write(value, '', { width: 2, flows: true }) : scalar(value, '\n');
}

/** As for `to_nice_yaml`: keys in order, one a line, four spaces deep. */
export function niceYaml(value: unknown): string {
  return isCollection(value) ? write(value, '', { width: 4, flows: false }) : scalar(value, '\n');
}

interface Style {
  /** Spaces a level. */
  readonly width: number;
  /** Collections without collections in them stand on one line. */
  readonly flows: boolean;
}

type Collection = Readonly<Record<string, unknown>> | readonly unknown[];

const isCollection = (value: unknown): value is Collection => typeof value === 'object' && value !== null;

/** Lines of a collection that is not written in another line, each with this before it. */
function write(value: Collection, pad: string, style: Style): string {
  if (isInline(value, style)) return `${pad}${inline(value)}\n`;
  if (Array.isArray(value)) return value.map((item) => `${pad}-${itemText(item, pad, style)}`).join('');
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${pad}${scalar(key, '')}:${entryText(item, pad, style)}`)
    .join('');
}

/** Behind the dash: a collection begins in its line. */
function itemText(item: unknown, pad: string, style: Style): string {
  if (!isCollection(item) || isInline(item, style)) return ` ${inline(item)}\n`;
  const deeper = pad + ' '.repeat(style.width);
  return ' '.repeat(style.width - 1) + write(item, deeper, style).slice(deeper.length);
}

/** Behind the colon. A list stands no deeper than the key that it is of. */
function entryText(item: unknown, pad: string, style: Style): string {
  if (!isCollection(item) || isInline(item, style)) return ` ${inline(item)}\n`;
  return `\n${write(item, Array.isArray(item) ? pad : pad + ' '.repeat(style.width), style)}`;
}

function isInline(value: Collection, { flows }: Style): boolean {
  const items = Object.values(value);
  return items.length === 0 || (flows && !items.some(isCollection));
}

function inline(value: unknown): string {
  if (!isCollection(value)) return scalar(value, '');
  if (Array.isArray(value)) return `[${value.map(flowScalar).join(', ')}]`;
  const pairs = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${pairs.map(([key, item]) => `${flowScalar(key)}: ${flowScalar(item)}`).join(', ')}}`;
}

/** What means something inside of brackets is quoted there. */
function flowScalar(value: unknown): string {
  const written = scalar(value, '');
  return /^[^'"].*[,[\]{}]/u.test(written) && typeof value === 'string'
    ? `'${value.replaceAll("'", "''")}'`
    : written;
}

function scalar(value: unknown, end: string): string {
  if (typeof value === 'string' && value.includes('\n')) return JSON.stringify(value) + end;
  // PyYAML takes the long words alone for booleans.
  if (typeof value === 'string' && /^[yn]$/iu.test(value)) return value + end;
  return stringify(value, { version: '1.1', singleQuote: true, lineWidth: 0 }).trimEnd() + end;
}

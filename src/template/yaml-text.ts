import type { Place } from './yaml-scalar.ts';
import { scalar, unfolded } from './yaml-scalar.ts';

/** How YAML is written. */
export interface YamlStyle {
  /** Spaces a level. */
  readonly indent?: number;
  readonly order?: 'sorted' | 'as it is';
  /** Letters of a line, as far as can be. */
  readonly width?: number;
}

/** YAML as PyYAML writes it for Ansible's `to_yaml`: what holds no lists and mappings itself stands on one line. */
export function plainYaml(value: unknown, style: YamlStyle = {}): string {
  return yaml(value, { indent: 2, order: 'sorted', width: 80, ...style, flows: true });
}

/** As for `to_nice_yaml`: keys in order, one a line, four spaces deep. */
export function niceYaml(value: unknown, style: YamlStyle = {}): string {
  return yaml(value, { indent: 4, order: 'sorted', width: 80, ...style, flows: false });
}

interface Style extends Required<YamlStyle> {
  /** Collections without collections in them stand on one line. */
  readonly flows: boolean;
}

type Collection = Readonly<Record<string, unknown>> | readonly unknown[];

const isCollection = (value: unknown): value is Collection => typeof value === 'object' && value !== null;

const yaml = (value: unknown, style: Style): string =>
  isCollection(value)
    ? write(value, '', style)
    : `${scalar(value, { column: 0, indent: style.indent, width: style.width })}\n`;

/** Lines of a collection that is not written in another line, each with this before it. */
function write(value: Collection, pad: string, style: Style): string {
  if (isInline(value, style)) return `${pad}${inline(value, style)}\n`;
  if (Array.isArray(value)) return value.map((item) => `${pad}-${itemText(item, pad, style)}`).join('');
  return entriesOf(value, style)
    .map(([key, item]) => `${pad}${unfolded(key)}:${entryText(unfolded(key), item, pad, style)}`)
    .join('');
}

function entriesOf(value: object, { order }: Style): readonly (readonly [string, unknown])[] {
  const entries = Object.entries(value);
  return order === 'sorted' ? entries.toSorted(([a], [b]) => (a < b ? -1 : 1)) : entries;
}

/** Behind the dash: a collection begins in its line. */
function itemText(item: unknown, pad: string, style: Style): string {
  if (!isCollection(item)) return ` ${scalar(item, placeOf(pad, 2, style))}\n`;
  if (isInline(item, style)) return ` ${inline(item, style)}\n`;
  const deeper = pad + ' '.repeat(style.indent);
  return ' '.repeat(style.indent - 1) + write(item, deeper, style).slice(deeper.length);
}

/** Behind the colon. A list stands no deeper than the key that it is of. */
function entryText(key: string, item: unknown, pad: string, style: Style): string {
  if (!isCollection(item)) return ` ${scalar(item, placeOf(pad, key.length + 2, style))}\n`;
  if (isInline(item, style)) return ` ${inline(item, style)}\n`;
  return `\n${write(item, Array.isArray(item) ? pad : pad + ' '.repeat(style.indent), style)}`;
}

const placeOf = (pad: string, before: number, { indent, width }: Style): Place => ({
  column: pad.length + before,
  indent: pad.length + indent,
  width,
});

function isInline(value: Collection, { flows }: Style): boolean {
  const items = Object.values(value);
  return items.length === 0 || (flows && !items.some(isCollection));
}

function inline(value: Collection, style: Style): string {
  if (Array.isArray(value)) return `[${value.map(flowScalar).join(', ')}]`;
  const pairs = entriesOf(value, style);
  return `{${pairs.map(([key, item]) => `${flowScalar(key)}: ${flowScalar(item)}`).join(', ')}}`;
}

/** What means something inside of brackets is quoted there. */
function flowScalar(value: unknown): string {
  const written = unfolded(value);
  return /^[^'"].*[,[\]{}]/u.test(written) && typeof value === 'string'
    ? `'${value.replaceAll("'", "''")}'`
    : written;
}

/** A value as text, as Python's str() makes it: a text as it is. */
export const pythonStr = (value: unknown): string => (typeof value === 'string' ? value : pythonText(value));

/** A value as Python prints it inside text, which is what Ansible users see: True, None, ['a', 1], {'k': False}. */
export function pythonText(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(pythonText).join(', ')}]`;
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([key, item]) => `${quoted(key)}: ${pythonText(item)}`)
      .join(', ')}}`;
  }
  return typeof value === 'number' ? String(value) : '';
}

function quoted(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `${mark}${escaped.replaceAll(mark, `\\${mark}`)}${mark}`;
}

/** How JSON is written. */
export interface JsonStyle {
  /** Spaces a level; on one line where it is not said. */
  readonly indent?: number;
  readonly order?: 'sorted' | 'as it is';
  readonly letters?: 'ascii' | 'all';
}

/** JSON as Python's json.dumps writes it: {"a": 1, "b": [1, 2]}, in ASCII. */
export function pythonJson(value: unknown, style: JsonStyle = {}, pad = ''): string {
  const { indent, order, letters } = style;
  const scalar = (each: unknown): string => (letters === 'all' ? JSON.stringify(each) : asciiJson(each));
  if (typeof value !== 'object' || value === null) return scalar(value ?? null);
  const inner = pad + ' '.repeat(indent ?? 0);
  const entries = Object.entries(value);
  if (order === 'sorted' && !Array.isArray(value)) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const items = entries.map(([key, item]) => {
    const written = pythonJson(item, style, inner);
    return Array.isArray(value) ? written : `${scalar(key)}: ${written}`;
  });
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (indent === undefined || items.length === 0) return `${open}${items.join(', ')}${close}`;
  return `${open}\n${inner}${items.join(`,\n${inner}`)}\n${pad}${close}`;
}

const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/gu,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

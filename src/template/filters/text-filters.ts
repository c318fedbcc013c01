import { named, numberOr } from '../filter-arguments.ts';
import type { Filter } from '../filter-values.ts';
import { isMapping, list, mapping, text, truthy } from '../filter-values.ts';
import { format } from '../percent-format.ts';
import { textRegex, pythonReplacement } from '../python-regex.ts';
import { pythonStr, pythonText } from '../python-text.ts';
import { commented } from './comment.ts';

const FLAGS = ['ignorecase', 'multiline'];

/** Filters of text. */
export const textFilters: Readonly<Record<string, Filter>> = {
  string: pythonStr,
  e: escapedHtml,
  escape: escapedHtml,
  forceescape: escapedHtml,
  pprint: pythonText,
  xmlattr: (value) =>
    Object.entries(mapping(value))
      .filter(([, item]) => item !== null)
      .map(([key, item]) => ` ${escapedHtml(key)}="${escapedHtml(item)}"`)
      .join(''),
  __str: pythonStr,
  quote: (value) => shellQuoted(value === null ? '' : pythonStr(value)),
  comment: (value, ...args) => commented(text(value), args),
  regex_replace: (value, ...args) => {
    const { pattern = '', replacement = '', ...flags } = named(args, ['pattern', 'replacement', ...FLAGS]);
    return pythonStr(value).replaceAll(
      textRegex(text(pattern), flags, 'g'),
      pythonReplacement(text(replacement)),
    );
  },
  regex_search: (value, pattern, ...others) => {
    const groups = others.filter((each) => typeof each === 'string');
    const options = others.find((each) => typeof each === 'object') ?? {};
    const wanted = groups.map(groupName);
    const found = textRegex(text(pattern), options).exec(pythonStr(value));
    if (found === null || groups.length === 0) return found?.[0] ?? null;
    return wanted.map((group) => groupOf(found, group));
  },
  regex_findall: (value, ...args) => {
    const { regex, ...flags } = named(args, ['regex', 'multiline', 'ignorecase']);
    return [...pythonStr(value).matchAll(textRegex(text(regex), flags, 'g'))].map(([whole, ...groups]) =>
      groups.length === 0
        ? whole
        : groups.length === 1
          ? (groups[0] ?? '')
          : groups.map((group) => group ?? ''),
    );
  },
  regex_escape: (value, ...args) => {
    const { re_type: kind = 'python' } = named(args, ['re_type']);
    if (kind === 'python') return pythonStr(value).replaceAll(/[-()[\]{}?*+|^$\\.&~# \t\n\r\v\f]/gu, '\\$&');
    if (kind === 'posix_basic') return pythonStr(value).replaceAll(/[\].[^$*\\]/gu, '\\$&');
    throw new Error(`knows no re_type "${text(kind)}"; python and posix_basic are there`);
  },
  format: (value, ...args) => formatted(text(value), args),
  __percent: (value, args) => formatted(text(value), list(args)),
  truncate: (value, ...args) => {
    const options = named(args, ['length', 'killwords', 'end', 'leeway']);
    const { length, killwords: cuts, end = '...', leeway } = options;
    return truncate(text(value), numberOr(length, 255), {
      cutsWords: truthy(cuts),
      end: text(end),
      leeway: numberOr(leeway, 5),
    });
  },
  split: (value, ...args) => {
    const { sep, maxsplit } = named(args, ['sep', 'maxsplit']);
    return splitText(text(value), sep ?? undefined, numberOr(maxsplit, -1));
  },
  replace: (value, ...args) => {
    const { old, new: by, count } = named(args, ['old', 'new', 'count']);
    return splitText(pythonStr(value), pythonStr(old), numberOr(count, -1)).join(pythonStr(by));
  },
  indent: (value, ...args) => {
    const { width = 4, first, blank } = named(args, ['width', 'first', 'blank']);
    const pad = typeof width === 'string' ? width : ' '.repeat(numberOr(width, 4));
    const [head = '', ...lines] = text(value).split('\n');
    const others = lines.map((line) => (line === '' && !truthy(blank) ? line : pad + line));
    return [truthy(first) ? pad + head : head, ...others].join('\n');
  },
  center: (value, ...args) => center(text(value), numberOr(named(args, ['width'])['width'], 80)),
  title: (value) =>
    pythonStr(value).replaceAll(
      /[^-\s({[<]+/gu,
      (word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase(),
    ),
  wordcount: (value) => [...text(value).matchAll(/[\p{L}\p{N}_]+/gu)].length,
  wordwrap: (value, ...args) => {
    const {
      width,
      break_long_words: breaks = true,
      wrapstring = '\n',
    } = named(args, ['width', 'break_long_words', 'wrapstring']);
    const size = numberOr(width, 79);
    if (size < 1) throw new Error(`wants a width of at least 1, not ${size}`);
    return text(value)
      .split('\n')
      .map((line) => wrapped(line, size, truthy(breaks)).join(text(wrapstring)))
      .join(text(wrapstring));
  },
};

/** printf, with `%(name)s` for the entries of a mapping, too. */
function formatted(pattern: string, args: readonly unknown[]): string {
  const last = args.at(-1);
  if (!/%\(\w+\)/u.test(pattern) || !isMapping(last)) return format(pattern, args);
  const values: unknown[] = [];
  const placed = pattern.replaceAll(/%\((\w+)\)/gu, (_, name: string) => {
    if (!Object.hasOwn(last, name)) throw new Error(`finds no "${name}"`);
    values.push(last[name]);
    return '%';
  });
  return format(placed, values);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

function escapedHtml(value: unknown): string {
  return pythonStr(value).replaceAll(/[&<>"']/gu, (sign) => ENTITIES[sign] ?? sign);
}

const shellQuoted = (value: string): string =>
  /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'"'"'`)}'`;

/** What `\1` or `\g<name>` names. */
function groupName(group: string): string {
  const { number, name } = /^\\(?:(?<number>\d+)|g<(?<name>\w+)>)$/u.exec(group)?.groups ?? {};
  const found = number ?? name;
  if (found === undefined) throw new Error(`"${group}" is no group; "\\1" is one`);
  return found;
}

function groupOf(found: RegExpExecArray, group: string): string | null {
  const isNumber = /^\d+$/u.test(group);
  if (isNumber ? Number(group) >= found.length : !(group in (found.groups ?? {})))
    throw new Error(`there is no group "${group}"`);
  return (isNumber ? found[Number(group)] : found.groups?.[group]) ?? null;
}

function truncate(
  value: string,
  length: number,
  how: { readonly cutsWords: boolean; readonly end: string; readonly leeway: number },
): string {
  if (value.length <= length + how.leeway) return value;
  const cut = value.slice(0, Math.max(0, length - how.end.length));
  return (how.cutsWords ? cut : cut.replace(/ [^ ]*$/u, '')) + how.end;
}

/** Python's split: at white space, however much, where no separator is given. */
export function splitText(value: string, separator: unknown, most: number): readonly string[] {
  if (separator === undefined) {
    const words = value.trim().split(/\s+/u);
    if (value.trim() === '') return [];
    if (most < 0 || words.length <= most + 1) return words;
    const rest = new RegExp(String.raw`^\s*(?:\S+\s+){${most}}`, 'u').exec(value)?.[0].length ?? 0;
    return [...words.slice(0, most), value.slice(rest).trimEnd()];
  }
  const parts = value.split(text(separator));
  if (most < 0 || parts.length <= most + 1) return parts;
  return [...parts.slice(0, most), parts.slice(most).join(text(separator))];
}

/** In the middle; of an odd space Python puts the one that is left on the left, where the width is odd too. */
export function center(value: string, width: number): string {
  const space = Math.max(0, width - value.length);
  const left = Math.floor(space / 2) + (space & width & 1);
  return ' '.repeat(left) + value + ' '.repeat(space - left);
}

function wrapped(line: string, width: number, breaks: boolean): readonly string[] {
  const lines: string[] = [];
  let now = '';
  for (const word of line.match(/\s+|\S+/gu) ?? []) {
    if (now.length + word.length > width && now.trim() !== '') {
      lines.push(now.trimEnd());
      now = '';
    }
    if (now === '' && word.trim() === '' && lines.length > 0) continue;
    const cuts = breaks ? Math.max(0, Math.ceil(word.length / width) - 1) : 0;
    for (let cut = 0; cut < cuts; cut++) lines.push(word.slice(cut * width, (cut + 1) * width));
    now += word.slice(cuts * width);
  }
  if (now.trimEnd() !== '' || lines.length === 0) lines.push(now.trimEnd());
  return lines;
}

import { repositoryProblem, type Repository } from './apt-sources.ts';
import { trim } from './perl-space.ts';

/**
 * `/etc/apt/sources.list` and `sources.list.d/*.list`: one source a line (apt-pkg/sourcelist.cc ParseFileOldStyle).
 * Every line is kept: encode(decode(text)) is text, always.
 */
export interface AptList {
  readonly lines: readonly AptListLine[];
}

export type AptListLine =
  | { readonly type: 'blank' | 'comment'; readonly text: string }
  | { readonly type: 'entry'; readonly text: string; readonly entry: Omit<Repository, 'line'> }
  /** apt refuses the whole file for it; `problem` is "<what is>; <what is wanted>". */
  | { readonly type: 'broken'; readonly text: string; readonly problem: string };

/** Reads a file. Takes any text. */
export function decodeAptList(text: string): AptList {
  return { lines: (text.match(/[^\n]*\n|[^\n]+$/gu) ?? []).map(readListLine) };
}

/** The text of the file; what was not edited comes out as it went in. */
export function encodeAptList(file: AptList): string {
  return file.lines.map((line) => line.text).join('');
}

/** The repositories in order, those commented out among them. */
export function listRepositories(file: AptList): readonly Repository[] {
  return file.lines.flatMap((line, index) =>
    line.type === 'entry' ? [{ ...line.entry, line: index + 1 }] : [],
  );
}

/** Reads one line with its end. */
export function readListLine(text: string): AptListLine {
  const line = trim(text);
  if (line === '') return { type: 'blank', text };
  if (line.startsWith('#')) {
    const entry = readEntry(line.replace(/^[#\s]+/u, ''));
    return typeof entry === 'string'
      ? { type: 'comment', text }
      : { type: 'entry', text, entry: { ...entry, enabled: false } };
  }
  const entry = readEntry(line);
  return typeof entry === 'string'
    ? { type: 'broken', text, problem: entry }
    : { type: 'entry', text, entry };
}

/** The repository of a line, or what apt refuses it for. */
function readEntry(line: string): Omit<Repository, 'line'> | string {
  const bare = trim(withoutComment(line));
  const type = /^[^ \t\v]*/u.exec(bare)?.[0] ?? '';
  const parts = readOptions(bare.slice(type.length).trimStart());
  if (typeof parts === 'string') return parts;
  const words = quotedWords(parts.rest);
  if (words === undefined) return 'a quote or bracket is not closed; one behind it is wanted';
  const [uri, suite, ...components] = words;
  const entry = {
    types: type === '' ? [] : [type],
    uris: uri === undefined ? [] : [uri],
    suites: suite === undefined ? [] : [suite],
    components,
    enabled: true,
    options: parts.options,
  };
  return repositoryProblem(entry) ?? entry;
}

/** A "#" begins a comment, but not between the brackets of the options. */
function withoutComment(line: string): string {
  let depth = 0;
  for (const [at, character] of [...line].entries()) {
    if (character === '[') depth++;
    if (character === ']') depth--;
    if (character === '#' && depth <= 0) return [...line].slice(0, at).join('');
  }
  return line;
}

/** "[ name=value … ]" before the rest of the line, or what is wrong with it. */
function readOptions(
  text: string,
): { readonly options: Readonly<Record<string, string>>; readonly rest: string } | string {
  const options: Record<string, string> = Object.create(null);
  if (!text.startsWith('[')) return { options, rest: text };
  const inside = /^\[(?<inside>(?:[^\]"]|"[^"]*")*)\](?<rest>.*)$/su.exec(text)?.groups;
  if (inside === undefined) return 'the options are not closed; "]" is wanted';
  // apt takes "a=b]uri" for one option, but "a=b ]uri" for two things.
  if (/\S$/u.test(inside['inside'] ?? '') && /^\S/u.test(inside['rest'] ?? ''))
    return 'the options run into the URI; a space behind "]" is wanted';
  for (const word of quotedWords(inside['inside'] ?? '') ?? []) {
    const { name, value } = /^(?<name>[^=]+)=(?<value>.+)$/su.exec(word)?.groups ?? {};
    if (name === undefined || value === undefined) return `"${word}" is no option; "name=value" is wanted`;
    options[name] = value;
  }
  return { options, rest: inside['rest'] ?? '' };
}

/** Words by white space, but not inside quotes and brackets; quotes fall away, %XX is a character (ParseQuoteWord). */
function quotedWords(text: string): readonly string[] | undefined {
  const words = text.match(/(?:"[^"]*"|\[[^\]]*\]|[^\s"[])+/gu) ?? [];
  const isWhole = text.replaceAll(/(?:"[^"]*"|\[[^\]]*\]|[^\s"[])+/gu, '').trim() === '';
  return isWhole ? words.map(unquoted) : undefined;
}

const unquoted = (word: string): string =>
  word.replaceAll('"', '').replaceAll(/(?:%[\da-f]{2})+/giu, (codes) => {
    const bytes = codes
      .split('%')
      .slice(1)
      .map((code) => Number.parseInt(code, 16));
    return new TextDecoder().decode(Uint8Array.from(bytes));
  });

/** The line proxmox-apt writes for one type, URI and suite of a repository. */
export function formatListEntry(repository: Omit<Repository, 'line'>): readonly string[] {
  const options = Object.entries(repository.options).map(([name, value]) => quoted(`${name}=${value}`));
  const bracket = options.length === 0 ? [] : ['[', ...options, ']'];
  const start = repository.enabled ? [] : ['#'];
  return repository.types.flatMap((type) =>
    repository.uris.flatMap((uri) =>
      repository.suites.map((suite) =>
        [...start, type, ...bracket, ...[uri, suite, ...repository.components].map(quoted)].join(' '),
      ),
    ),
  );
}

const quoted = (word: string): string => {
  const escaped = word.replaceAll(/%(?=[\da-f]{2})/giu, '%25').replaceAll('"', '%22');
  return /\s/u.test(escaped) ? `"${escaped}"` : escaped;
};

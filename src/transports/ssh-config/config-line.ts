/** Where something stands in an ssh_config file; lines count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** One line of an ssh_config file. */
export interface ConfigLine {
  /** In lower case; OpenSSH takes it in any. */
  readonly keyword: string;
  /** The arguments, without their quotes. */
  readonly words: readonly string[];
  /** The arguments as they were written, for keywords that take the rest of the line. */
  readonly rest: string;
  readonly place: Place;
}

/** What is wrong with an ssh_config file: the end of a sentence. */
export interface ConfigProblem {
  readonly place: Place;
  readonly whatIs: string;
}

export function formatPlace({ file, line }: Place): string {
  return `${file}:${line}`;
}

/** One line, a problem, or undefined for a comment or an empty line (ssh_config(5)). */
export function parseConfigLine(text: string, place: Place): ConfigLine | ConfigProblem | undefined {
  const match = /^\s*(?:"(?<quoted>[^"]*)"|(?<plain>[^\s="#][^\s="]*))\s*=?\s*(?<rest>.*?)\s*$/su.exec(text);
  if (match === null) return undefined;
  const { quoted, plain, rest = '' } = match.groups ?? {};
  const keyword = (quoted ?? plain ?? '').toLowerCase();
  const words = splitWords(rest);
  if (words === undefined) return { place, whatIs: `a quotation mark of ${keyword} is not closed` };
  if (rest === '') return { place, whatIs: `${keyword} has no argument` };
  return { keyword, words, rest: rest.replace(/^[\s=]+/u, ''), place };
}

export function isProblem(value: ConfigLine | ConfigProblem): value is ConfigProblem {
  return 'whatIs' in value;
}

/**
 * Words as OpenSSH splits them: by blanks, with quotes of either kind anywhere in a word, a backslash before a quote, a
 * backslash or (unquoted) a blank, and a comment where a word begins with "#". Undefined when a quote is not closed.
 */
export function splitWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    const next = text[at + 1] ?? '';
    if (word === undefined && char === '#') break;
    if (quote === undefined && (char === ' ' || char === '\t')) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    word ??= '';
    if (char === '\\' && (/['"\\]/u.test(next) || (quote === undefined && next === ' '))) word += text[++at];
    else if (char === quote) quote = undefined;
    else if (quote === undefined && (char === '"' || char === "'")) quote = char;
    else word += char;
  }
  if (quote !== undefined) return undefined;
  return word === undefined ? words : [...words, word];
}

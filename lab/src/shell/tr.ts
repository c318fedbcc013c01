import type { Program } from './program.ts';
import { done, failed } from './ran.ts';

const CLASSES: Readonly<Record<string, string>> = {
  alnum: range('0', '9') + range('A', 'Z') + range('a', 'z'),
  alpha: range('A', 'Z') + range('a', 'z'),
  blank: ' \t',
  digit: range('0', '9'),
  lower: range('a', 'z'),
  space: ' \t\n\v\f\r',
  upper: range('A', 'Z'),
};

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** tr(1), by characters; just-bash's own cannot name the NUL that separates `/proc/PID/cmdline`. */
export const tr: Program = ({ argv, stdin }) => {
  const flags = argv.filter((word) => /^-[cCdst]+$/.test(word)).join('');
  const [first = '', second = ''] = argv.filter((word) => !/^-[cCdst]+$/.test(word)).map(characters);
  if (first === '') return failed('tr: missing operand');
  const isIn = (char: string): boolean => first.includes(char) !== /[cC]/.test(flags);
  const shown = flags.includes('d')
    ? [...stdin].filter((char) => !isIn(char))
    : translate([...stdin], first, second, isIn);
  if (!flags.includes('s')) return done(shown.join(''));
  const squeezed = second === '' ? isIn : (char: string) => second.includes(char);
  return done(shown.filter((char, at) => char !== shown[at - 1] || !squeezed(char)).join(''));
};

function translate(
  text: readonly string[],
  from: string,
  to: string,
  isIn: (char: string) => boolean,
): string[] {
  const last = to.at(-1);
  if (last === undefined) return [...text];
  return text.map((char) => (isIn(char) ? (to[from.indexOf(char)] ?? last) : char));
}

/** The characters of a set: ranges, classes and backslash escapes written out. */
function characters(set: string): string {
  return set
    .replace(/\[:([a-z]+):\]/g, (all, name: string) => CLASSES[name] ?? all)
    .replace(/\\([0-7]{1,3}|.)/gs, (_all, code: string) =>
      /^[0-7]/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : (ESCAPES[code] ?? code),
    )
    .replace(/([0-9])-([0-9])|([a-z])-([a-z])|([A-Z])-([A-Z])/g, (all) =>
      range(all.charAt(0), all.charAt(2)),
    );
}

function range(from: string, to: string): string {
  const [first, last] = [from.charCodeAt(0), to.charCodeAt(0)];
  return Array.from({ length: last - first + 1 }, (_, index) => String.fromCharCode(first + index)).join('');
}

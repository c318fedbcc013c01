/** The permissions that `wanted` (octal digits, or symbols as chmod(1) has them) makes of `now`; "X" and "u" look at what is there. */
export function modeFrom(wanted: string, now: number, isDirectory: boolean): number {
  if (/^[0-7]+$/u.test(wanted)) return Number.parseInt(wanted, 8);
  return wanted.split(',').reduce((mode, clause) => applyClause(clause, mode, now, isDirectory), now);
}

/** As chmod(1) and Ansible write it: "0644". */
export const octal = (mode: number): string => `0${mode.toString(8).padStart(3, '0')}`;

const SHIFTS: Readonly<Record<string, number>> = { u: 6, g: 3, o: 0 };

function applyClause(clause: string, mode: number, before: number, isDirectory: boolean): number {
  const [, who = '', actions = ''] = /^([ugoa]*)(.*)$/u.exec(clause) ?? [];
  const classes = who === '' || who.includes('a') ? ['u', 'g', 'o'] : [...who];
  let result = mode;
  for (const [, operator, letters = ''] of actions.matchAll(/([-+=])([rwxXstugo]*)/gu)) {
    for (const one of classes) {
      const bits = bitsFor(one, letters, before, isDirectory);
      const own = (7 << (SHIFTS[one] ?? 0)) | specialOf(one);
      if (operator === '+') result |= bits;
      else if (operator === '-') result &= ~bits;
      else result = (result & ~own) | bits;
    }
  }
  return result;
}

/** The special bit that belongs to a class of users. */
const specialOf = (one: string): number => ({ u: 0o4000, g: 0o2000, o: 0o1000 })[one] ?? 0;

function bitsFor(one: string, letters: string, before: number, isDirectory: boolean): number {
  const shift = SHIFTS[one] ?? 0;
  const anyRuns = isDirectory || (before & 0o111) !== 0;
  let bits = 0;
  for (const letter of letters) {
    if (letter === 'r') bits |= 4 << shift;
    if (letter === 'w') bits |= 2 << shift;
    if (letter === 'x' || (letter === 'X' && anyRuns)) bits |= 1 << shift;
    if (letter === 's' && one !== 'o') bits |= specialOf(one);
    if (letter === 't' && one === 'o') bits |= 0o1000;
    const copied = SHIFTS[letter];
    if (copied !== undefined) bits |= ((before >> copied) & 7) << shift;
  }
  return bits;
}

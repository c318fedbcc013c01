import { address } from '../address.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import type { Wanted } from '../modules/module.ts';
import type { Spec } from '../spec.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { ActArgument, GuestAct } from './act.ts';

/** Which guest is meant; every act has it. */
export const vmidArgument: ActArgument = {
  name: 'vmid',
  type: 'number',
  required: true,
  minimum: 100,
  maximum: 999_999_999,
  help: 'Number of the guest in its cluster',
};

/** The code of what says that an argument is missing. */
export const MISSING = 'act/missing';

/** Checks an act's arguments by its rows: every error, each with its position. */
export function parseAct(
  { name, args: rows }: Pick<GuestAct, 'name' | 'args'>,
  spec: Spec,
  cluster: string,
): Result<Wanted> {
  const all = [vmidArgument, ...rows];
  const diagnostics: Diagnostic[] = [];
  const complain = (path: readonly string[], what: string, code = 'act/spec'): void => {
    const at = positionAt(spec.positions, path);
    const message = `Cannot read "${name}": ${what}`;
    diagnostics.push({ code, severity: 'error', trouble: 'invalid', message, ...(at && { at }) });
  };
  const words: Record<string, string> = {};
  for (const [key, value] of Object.entries(spec.args)) {
    const row = all.find((each) => each.name === key);
    if (row === undefined) {
      const names = all.map((each) => each.name);
      complain([key], `it has no argument "${key}"${didYouMean(key, names)}`);
      continue;
    }
    const read = readValue(row, value);
    if (typeof read === 'string') words[key] = read;
    else complain([key], `${key} is ${shown(value)}; ${read.wanted} is wanted`);
  }
  for (const { name: key, required } of all)
    if (required === true && !(key in spec.args)) complain([], `${key} is missing`, MISSING);
  if (diagnostics.length > 0) return fail(...diagnostics);
  return ok({
    address: address(name, words['vmid'] ?? '', cluster),
    state: 'present',
    options: {},
    words,
    positions: spec.positions,
    declaredBy: [spec.declaredBy],
  });
}

function readValue(row: ActArgument, value: unknown): string | { readonly wanted: string } {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  switch (row.type) {
    case 'switch':
      if (typeof text === 'string' && /^(?:1|on|yes|true)$/iu.test(text)) return '1';
      if (typeof text === 'string' && /^(?:0|off|no|false)$/iu.test(text)) return '0';
      return { wanted: 'yes or no' };
    case 'number': {
      const { minimum = 0, maximum } = row;
      const number = typeof text === 'string' && /^\d{1,15}$/u.test(text) ? Number(text) : undefined;
      if (number !== undefined && number >= minimum && number <= (maximum ?? Infinity)) return String(number);
      return { wanted: `a whole number from ${minimum}${maximum === undefined ? '' : ` to ${maximum}`}` };
    }
    case 'text':
      if (row.choices !== undefined)
        return typeof text === 'string' && row.choices.includes(text)
          ? text
          : { wanted: row.choices.join(' or ') };
      if (typeof text !== 'string') return { wanted: row.form?.words ?? 'a text' };
      return row.form === undefined || row.form.pattern.test(text) ? text : { wanted: row.form.words };
  }
}

function shown(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `"${String(value)}"`;
}

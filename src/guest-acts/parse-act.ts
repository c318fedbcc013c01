import { address } from '../address.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import type { ArgumentRow } from '../modules/argument-row.ts';
import { readArgument, shownValue } from '../modules/argument-row.ts';
import type { Wanted } from '../modules/module.ts';
import type { Spec } from '../spec.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { GuestAct } from './act.ts';

/** Which guest is meant; every act has it. */
export const vmidArgument: ArgumentRow = {
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
  const complain = (path: readonly string[], what: string, code = 'act/spec', hint?: string): void => {
    const at = positionAt(spec.positions, path);
    const message = `Cannot read "${name}": ${what}`;
    diagnostics.push({
      code,
      severity: 'error',
      trouble: 'invalid',
      message,
      ...(at && { at }),
      ...(hint !== undefined && { hint }),
    });
  };
  const words: Record<string, string> = {};
  for (const [key, value] of Object.entries(spec.args)) {
    const row = all.find((each) => each.name === key);
    if (row === undefined) {
      const names = all.map((each) => each.name);
      complain([key], `it has no argument "${key}"${didYouMean(key, names)}`);
      continue;
    }
    const read = readArgument(row, value);
    if (typeof read === 'string') words[key] = read;
    else complain([key], `${key} is ${shownValue(value)}; ${read.wanted} is wanted`);
  }
  for (const { name: key, required, help } of all)
    if (required === true && !(key in spec.args))
      complain([], `${key} is missing`, MISSING, `Say "${key}: …" (--${key}): ${help}.`);
  if (diagnostics.length > 0) return fail(...diagnostics);
  return ok({
    address: address(name, words['vmid'] ?? '', cluster),
    state: 'present',
    options: {},
    secrets: {},
    words,
    positions: spec.positions,
    declaredBy: [spec.declaredBy],
  });
}

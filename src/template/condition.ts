import type { Diagnostic, Position, Positions, Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import { truthy } from './filter-values.ts';
import type { Variables } from './render.ts';
import { evaluate } from './render.ts';
import { checkExpression } from './syntax.ts';

const YES = ['true', 'yes', 'on', '1'];
const NO = ['false', 'no', 'off', '0', ''];

/**
 * Whether a `when` holds: an expression, or a list of them that must all hold; what follows the first that doesn't is not evaluated.
 * Text counts as the boolean that it spells (as `-e key=false` gives it) and is an error otherwise; other values as in Python.
 */
export function holds(condition: unknown, positions: Positions, variables: Variables): Result<boolean> {
  const all: readonly unknown[] = Array.isArray(condition) ? condition : [condition];
  for (const [index, one] of all.entries()) {
    const result = holdsOne(one, variables, positionAt(positions, Array.isArray(condition) ? [index] : []));
    if (!result.ok || !result.value) return result;
  }
  return ok(true);
}

/** What can be said of a condition before any variable is known. */
export function checkCondition(condition: unknown, positions: Positions): readonly Diagnostic[] {
  const all: readonly unknown[] = Array.isArray(condition) ? condition : [condition];
  return all.flatMap((one, index) => {
    const at = positionAt(positions, Array.isArray(condition) ? [index] : []);
    if (typeof one !== 'string' || isEmpty(one)) return [];
    const expression = expressionIn(one);
    return hasBraces(expression) ? [bracesIn(one, at)] : checkExpression(expression, at);
  });
}

function holdsOne(condition: unknown, variables: Variables, at: Position | undefined): Result<boolean> {
  if (typeof condition === 'boolean') return ok(condition);
  if (typeof condition !== 'string')
    return fail(
      wrong(String(condition), 'it is no expression; an expression or a list of them is wanted', at),
    );
  if (isEmpty(condition)) return ok(true);
  const expression = expressionIn(condition);
  if (hasBraces(expression)) return fail(bracesIn(condition, at));
  const result = evaluate(expression, variables, at);
  if (!result.ok) return result;
  if (typeof result.value !== 'string') return ok(truthy(result.value));
  const word = result.value.toLowerCase();
  if (YES.includes(word)) return ok(true);
  if (NO.includes(word)) return ok(false);
  return fail(
    wrong(
      condition,
      `it gives the text "${result.value}"; true or false is wanted`,
      at,
      `Compare it, as in: ${condition} == "${result.value}"`,
    ),
  );
}

/** A condition that is one `{{ … }}` is what stands in it, as in Ansible. */
export function expressionIn(condition: string): string {
  const inner = /^\s*\{\{-?(?<inner>(?:(?!\{\{|\}\}).)*?)-?\}\}\s*$/su.exec(condition)?.groups?.['inner'];
  return inner?.trim() ?? condition;
}

/** Nobody has written one, so it holds, as in Ansible. */
const isEmpty = (condition: string): boolean => condition.trim() === '';

const hasBraces = (condition: string): boolean => /\{\{|\{%/u.test(condition);

const bracesIn = (condition: string, at: Position | undefined): Diagnostic =>
  wrong(condition, 'it has braces; a condition is an expression already', at, 'Leave out "{{" and "}}".');

function wrong(condition: string, what: string, at: Position | undefined, hint?: string): Diagnostic {
  const diagnostic: Diagnostic = {
    code: 'template/condition',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot use "${condition}" as a condition: ${what}`,
  };
  return { ...diagnostic, ...(at === undefined ? {} : { at }), ...(hint === undefined ? {} : { hint }) };
}

import type { Diagnostic, Position, Positions } from '../diagnostic.ts';
import { positionAt } from '../diagnostic.ts';
import { renderPrepared } from './engine.ts';
import { templateError } from './template-error.ts';
import type { Prepared } from './prepare.ts';
import { prepareExpression, prepareTemplate } from './prepare.ts';
import { unknownWordIn, unknownWordInExpression } from './unknown-words.ts';

/** What can be said of templates before any variable is known: that they can't be read at all. */

/** The same of a file of which all is a template; its place is the line that is wrong. */
export function checkTemplateText(text: string, file: string): readonly Diagnostic[] {
  const at = { file, line: 1, column: 1 };
  return told(prepareTemplate(text), text, at, (line) => ({ ...at, line }));
}

/** The templates of a tree of plain data that are none, each with its place. */
export function checkTemplates(value: unknown, positions: Positions): readonly Diagnostic[] {
  return check(value, [], positions);
}

/** The same of an expression without braces. */
export function checkExpression(expression: string, at: Position | undefined): readonly Diagnostic[] {
  const wrong = told(prepareExpression(expression), expression, at);
  const problem = wrong.length > 0 ? undefined : unknownWordInExpression(expression);
  return problem === undefined ? wrong : [templateError('template/error', expression, [], problem, at)];
}

function check(
  value: unknown,
  path: readonly (string | number)[],
  positions: Positions,
): readonly Diagnostic[] {
  if (typeof value === 'string') return told(prepareTemplate(value), value, positionAt(positions, path));
  if (Array.isArray(value)) return value.flatMap((item, index) => check(item, [...path, index], positions));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => check(item, [...path, key], positions));
}

/** The engine reads all of a template before it renders any of it, so no variable is needed to hear of its syntax. */
function told(
  prepared: Prepared,
  text: string,
  at: Position | undefined,
  ofLine?: (line: number) => Position,
): readonly Diagnostic[] {
  const rendered = renderPrepared(prepared, {});
  if (
    !('value' in rendered) &&
    rendered.problem === 'error' &&
    rendered.message.startsWith('syntax error:')
  ) {
    const { line = 1, message } = rendered;
    const shown = ofLine === undefined ? text : (text.split('\n')[line - 1] ?? text);
    return [templateError('template/error', shown, [], message, ofLine?.(line) ?? at)];
  }
  return prepared.kind === 'plain' ? [] : unknownWord(text, at, ofLine);
}

/** Of a file each line is looked at by itself, as far as that can be done. */
function unknownWord(
  text: string,
  at: Position | undefined,
  ofLine: ((line: number) => Position) | undefined,
): readonly Diagnostic[] {
  const problem = unknownWordIn(text);
  if (problem === undefined) return [];
  const lines = ofLine === undefined ? [] : text.split('\n');
  const line = lines.findIndex((each) => unknownWordIn(each) !== undefined);
  return line < 0
    ? [templateError('template/error', text, [], problem, at)]
    : [templateError('template/error', lines[line] ?? text, [], problem, ofLine?.(line + 1) ?? at)];
}

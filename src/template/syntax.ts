import type { Diagnostic, Position, Positions } from '../diagnostic.ts';
import { positionAt } from '../diagnostic.ts';
import { renderPrepared } from './engine.ts';
import type { Prepared } from './prepare.ts';
import { prepareExpression, prepareTemplate } from './prepare.ts';
import { templateError } from './template-error.ts';
import { unknownWordIn, unknownWordInExpression } from './unknown-words.ts';

/** What is wrong with the templates of a tree of plain data before any variable is known, each with its place. */
export function checkTemplates(value: unknown, positions: Positions): readonly Diagnostic[] {
  return check(value, [], positions);
}

/** The same of a file of which all is a template; its place is the line that is wrong. */
export function checkTemplateText(text: string, file: string): readonly Diagnostic[] {
  const lines = text.split('\n');
  const at = (line: number): Position => ({ file, line, column: 1 });
  const problem = unknownWordIn(text);
  if (problem !== undefined) {
    // Each line is looked at by itself, as far as that can be done.
    const line = lines.findIndex((each) => unknownWordIn(each) !== undefined) + 1;
    return [templateError('template/error', lines[line - 1] ?? text, [], problem, at(Math.max(1, line)))];
  }
  const error = syntaxError(prepareTemplate(text));
  if (error === undefined) return [];
  const { line = 1, message } = error;
  return [templateError('template/error', lines[line - 1] ?? text, [], message, at(line))];
}

/** The same of an expression without braces. */
export function checkExpression(expression: string, at: Position | undefined): readonly Diagnostic[] {
  const problem = unknownWordInExpression(expression) ?? syntaxError(prepareExpression(expression))?.message;
  return problem === undefined ? [] : [templateError('template/error', expression, [], problem, at)];
}

function check(
  value: unknown,
  path: readonly (string | number)[],
  positions: Positions,
): readonly Diagnostic[] {
  if (typeof value === 'string') return checkText(value, positionAt(positions, path));
  if (Array.isArray(value)) return value.flatMap((item, index) => check(item, [...path, index], positions));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => check(item, [...path, key], positions));
}

function checkText(text: string, at: Position | undefined): readonly Diagnostic[] {
  const prepared = prepareTemplate(text);
  if (prepared.kind === 'plain') return [];
  const problem = unknownWordIn(text) ?? syntaxError(prepared)?.message;
  return problem === undefined ? [] : [templateError('template/error', text, [], problem, at)];
}

/** The engine reads all of a template before it renders any of it, so no variable is needed to hear of its syntax. */
function syntaxError(prepared: Prepared): { readonly message: string; readonly line?: number } | undefined {
  const rendered = renderPrepared(prepared, {});
  const isError =
    !('value' in rendered) && rendered.problem === 'error' && rendered.message.startsWith('syntax error:');
  return isError ? rendered : undefined;
}

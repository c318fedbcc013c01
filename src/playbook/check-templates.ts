import { findAction } from '../actions/registry.ts';
import { positionAt } from '../diagnostic.ts';
import { checkCondition } from '../template/condition.ts';
import { checkExpression, checkTemplates } from '../template/syntax.ts';
import type { Task, Written } from './playbook.ts';
import type { Mapping, Reading } from './reading.ts';
import { isMapping } from './reading.ts';

type Path = readonly (string | number)[];

/** Complains of each template and condition of a task that can't be read; what they give is seen when it is reached. */
export function checkTaskTemplates(
  reading: Reading,
  { module, args, when, loop, vars }: Pick<Task, 'module' | 'args' | 'when' | 'loop' | 'vars'>,
  path: Path,
): void {
  checkArguments(reading, module, args);
  if (when !== undefined) reading.diagnostics.push(...checkCondition(when.value, when.positions));
  if (loop !== undefined) reading.diagnostics.push(...checkTemplates(loop.value, loop.positions));
  checkVars(reading, vars, path);
}

/** The same of a play's or a task's variables. */
export function checkVars(reading: Reading, vars: Mapping, path: Path): void {
  const { value, positions } = reading.written(vars, [...path, 'vars']);
  reading.diagnostics.push(...checkTemplates(value, positions));
}

function checkArguments(reading: Reading, module: string, { value, positions }: Written): void {
  const expressions = findAction(module)?.expressions ?? [];
  const isExpression = (key: string): boolean => expressions.includes(key);
  if (!isMapping(value) || expressions.length === 0) {
    reading.diagnostics.push(...checkTemplates(value, positions));
    return;
  }
  const templates = Object.entries(value).filter(([key]) => !isExpression(key));
  reading.diagnostics.push(...checkTemplates(Object.fromEntries(templates), positions));
  for (const [key, expression] of Object.entries(value)) {
    if (!isExpression(key) || typeof expression !== 'string') continue;
    reading.diagnostics.push(...checkExpression(expression, positionAt(positions, [key])));
  }
}

import { findAction } from '../actions/registry.ts';
import { positionAt } from '../diagnostic.ts';
import { checkExpression, checkTemplates } from '../template/syntax.ts';
import type { Written } from './playbook.ts';
import type { Mapping, Reading } from './reading.ts';
import { isMapping } from './reading.ts';

type Path = readonly (string | number)[];

/** Complains of each template of variables that can't be read; what they give is seen when they are used. */
export function checkVars(reading: Reading, vars: Mapping, path: Path): void {
  const { value, positions } = reading.written(vars, [...path, 'vars']);
  reading.diagnostics.push(...checkTemplates(value, positions));
}

/** The same of a module's arguments. */
export function checkArguments(reading: Reading, module: string, { value, positions }: Written): void {
  const expressions = findAction(module)?.expressions ?? [];
  const isExpression = (key: string): boolean => expressions.includes(key);
  if (!isMapping(value) || expressions.length === 0) {
    reading.diagnostics.push(...checkTemplates(value, positions));
    return;
  }
  const templates = Object.entries(value).filter(([key]) => !isExpression(key));
  reading.diagnostics.push(...checkTemplates(Object.fromEntries(templates), positions));
  for (const [key, expression] of Object.entries(value)) {
    if (!isExpression(key)) continue;
    const all: readonly unknown[] = Array.isArray(expression) ? expression : [expression];
    for (const [index, each] of all.entries()) {
      const at = positionAt(positions, Array.isArray(expression) ? [key, index] : [key]);
      if (typeof each === 'string') reading.diagnostics.push(...checkExpression(each, at));
    }
  }
}

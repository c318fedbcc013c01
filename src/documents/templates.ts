import type { Positions } from '../diagnostic.ts';
import { positionsUnder } from '../diagnostic.ts';
import type { Variables } from '../template/render.ts';
import type { Mapping } from './find-tree.ts';
import type { Path, Reading } from './reading.ts';
import { complain, describe, isMapping, ofElement } from './reading.ts';

/** What an entry's own turn adds to the document's variables. */
export const turnNames = ['index', 'item'];

/** The templates of a document. */
export interface Templates {
  /** A part of the document with its templates rendered; undefined when one can't be, which is complained of. */
  render(value: unknown, path: Path, turn: Variables, reading: Reading): unknown;
}

const asWritten: Templates = { render: (value) => value };

/**
 * Text is text in a document that has neither `vars` nor an entry with `count` or `for_each`: what "query" exports means
 * itself, whatever its descriptions hold. Only the others load the engine.
 */
export async function loadTemplates(
  tree: Mapping,
  entries: readonly unknown[],
  path: Path,
  reading: Reading,
): Promise<Templates> {
  const vars = readVars(tree['vars'], [...path, 'vars'], reading);
  if (!('vars' in tree) && !entries.some(standsForSeveral)) return asWritten;
  const { renderValue } = await import('../template/render.ts');
  const places = new Map<string, Positions>();
  return {
    render(value, at, turn, { element, problems, positions }) {
      const key = JSON.stringify(at);
      const under = places.get(key) ?? positionsUnder(positions, at);
      places.set(key, under);
      const rendered = renderValue(value, under, { ...vars, ...turn });
      if (rendered.ok) return rendered.value;
      for (const problem of rendered.diagnostics)
        problems.push({ ...problem, ...(problem.at && { at: ofElement(problem.at, element) }) });
      return undefined;
    },
  };
}

function standsForSeveral(entry: unknown): boolean {
  return isMapping(entry) && ('count' in entry || 'for_each' in entry);
}

function readVars(vars: unknown, path: Path, reading: Reading): Variables {
  if (vars === undefined || vars === null) return {};
  if (!isMapping(vars)) {
    const message = `Cannot read "vars": it is ${describe(vars)}; a mapping of names to values is wanted`;
    complain(reading, path, 'wrong-type', message);
    return {};
  }
  for (const name of Object.keys(vars)) {
    const why = turnNames.includes(name)
      ? `"count" and "for_each" give "${name}" its value; another name is wanted`
      : 'it is no name; letters, digits and "_" are wanted, a digit not first';
    if (turnNames.includes(name) || !/^[A-Za-z_]\w*$/u.test(name))
      complain(
        reading,
        [...path, name],
        'variable-name',
        `Cannot read the variable ${JSON.stringify(name)}: ${why}`,
      );
  }
  return vars;
}

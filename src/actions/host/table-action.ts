import type { Positions } from '../../diagnostic.ts';
import { ok } from '../../diagnostic.ts';
import type { Action, ActionContext, ActionResult } from '../action.ts';
import type { Parameters, Values } from './parameters.ts';
import type { ArgumentTable } from './read-arguments.ts';
import { readArguments, wordsOf } from './read-arguments.ts';

/** A task that does what it likes with the arguments of its table: one that waits, asks or tells. */
export interface TableAction<P extends Parameters> extends ArgumentTable<P> {
  /** One sentence for the docs. */
  readonly help: string;
  /** Whether it can change a node. */
  readonly changes: boolean;
  /** Arguments that are expressions, which it evaluates itself. */
  readonly expressions?: readonly string[];
  /** As of any action; it is one that waits, or does what nobody can foresee, where it is left out. */
  readonly foresee?: Action['foresee'];
  /** As of any action. */
  readonly oneByOne?: Action['oneByOne'];
  readonly wholeCluster?: Action['wholeCluster'];
  readonly run: (
    values: Values<P>,
    context: ActionContext,
    positions: Positions,
  ) => ActionResult | Promise<ActionResult>;
}

/** Makes an action of it. */
export function tableAction<P extends Parameters>(task: TableAction<P>): Action {
  const { name, help, parameters, notYet, changes, foresee, oneByOne, wholeCluster, expressions = [] } = task;
  return {
    name,
    help,
    parameters,
    keys: wordsOf(parameters),
    notYet,
    expressions,
    changes,
    ...(foresee !== undefined && { foresee }),
    ...(oneByOne !== undefined && { oneByOne }),
    ...(wholeCluster !== undefined && { wholeCluster }),
    parse(args, positions) {
      const values = readArguments(task, args, positions);
      return values.ok
        ? ok((context) => Promise.resolve(task.run(values.value, context, positions)))
        : values;
    },
  };
}

import type { Entry, Play, Task } from './playbook.ts';
import { fixedInclude, isBlock } from './playbook.ts';

/** Where a task stands. */
export interface Where {
  /** Includes that it is in, outermost first. */
  readonly includes: readonly Task[];
  /** A rescue is there for its failure, or nobody minds it. */
  readonly isCaught: boolean;
}

export interface StandingTask {
  readonly task: Task;
  readonly where: Where;
}

/** The tasks of a play with those that fixed includes bring, and its handlers. */
export function walkTasks({ preTasks, tasks, postTasks, handlers }: Play): readonly StandingTask[] {
  const found: StandingTask[] = [];
  const walk = (entries: readonly Entry[], where: Where): void => {
    for (const entry of entries) {
      if (isBlock(entry)) {
        walk(entry.block, { ...where, isCaught: where.isCaught || entry.rescue.length > 0 });
        walk([...entry.rescue, ...entry.always], where);
        continue;
      }
      const ignores = entry.settings.words.ignore_errors !== undefined;
      found.push({ task: entry, where: { ...where, isCaught: where.isCaught || ignores } });
      const included = entry.include && fixedInclude(entry.include);
      if (included === undefined) continue;
      const inside = { ...where, includes: [...where.includes, entry] };
      walk([...included.entries, ...included.handlers], inside);
    }
  };
  walk([...preTasks, ...tasks, ...postTasks, ...handlers], { includes: [], isCaught: false });
  return found;
}

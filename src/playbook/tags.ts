import type { Diagnostic } from '../diagnostic.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Playbook } from './playbook.ts';
import { tasksIn } from './playbook.ts';

export interface TagChoice {
  /** Of --tags; empty means all but `never`. */
  readonly only: readonly string[];
  /** Of --skip-tags. */
  readonly skip: readonly string[];
}

const SPECIAL = ['all', 'tagged', 'untagged', 'always', 'never'];

/** Whether a task with these tags (its play's among them) runs; `always` and `never` as Ansible has them. */
export function isChosen(tags: readonly string[], { only, skip }: TagChoice): boolean {
  return isWanted(tags, only) && !isSkipped(tags, skip);
}

function isWanted(tags: readonly string[], only: readonly string[]): boolean {
  if (tags.includes('always') || only.some((tag) => tags.includes(tag))) return true;
  if (tags.includes('never')) return false;
  if (only.length === 0 || only.includes('all')) return true;
  return only.includes(tags.length > 0 ? 'tagged' : 'untagged');
}

function isSkipped(tags: readonly string[], skip: readonly string[]): boolean {
  if (skip.some((tag) => tags.includes(tag))) return true;
  if (skip.includes('all')) return !tags.includes('always');
  return skip.includes(tags.length > 0 ? 'tagged' : 'untagged');
}

/** A tag that was asked for and that no play and no task has: most likely mistyped, so nothing is run. */
export function checkTags({ plays, file }: Playbook, { only, skip }: TagChoice): readonly Diagnostic[] {
  const known = [
    ...new Set([
      ...SPECIAL,
      ...plays.flatMap((play) => [
        ...play.tags,
        ...tasksIn([...play.preTasks, ...play.tasks, ...play.postTasks]).flatMap(
          ({ settings }) => settings.tags,
        ),
      ]),
    ]),
  ];
  const unknown = [...new Set([...only, ...skip])].filter((tag) => !known.includes(tag));
  return unknown.map((tag) => ({
    code: 'playbook/unknown-tag',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot choose tasks by the tag "${tag}": no task of ${file} has it${didYouMean(tag, known)}`,
    hint: `Tags of this playbook: ${known.filter((one) => !SPECIAL.includes(one)).join(', ') || 'none'}`,
  }));
}

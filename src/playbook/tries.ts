import type { Task } from './playbook.ts';

/** Ansible's: three tries unless `retries` says otherwise, which counts those after the first. */
const TRIES = 3;
export const DELAY_SECONDS = 5;

/** How often a task is tried; `retries` as it was rendered. */
export function triesOf({ settings: { words } }: Task, retries: number | undefined): number {
  if (words.until === undefined && retries === undefined) return 1;
  if (retries === undefined) return TRIES;
  return retries <= 0 ? 1 : Math.floor(retries) + 1;
}

import type { Variables } from '../template/render.ts';
import { renderValue } from '../template/render.ts';
import type { Task } from './playbook.ts';

/** A task's name as people read it, rendered with these variables; as written where that can't be. */
export function taskName(task: Task, variables: Variables | undefined): string {
  // What includes a role is named by that one.
  const { role, module } = task;
  const prefix = role === undefined || module === 'include_role' ? '' : `${role.name} : `;
  const rendered = variables && renderValue(task.name, {}, variables);
  return prefix + (rendered?.ok === true ? String(rendered.value) : task.name);
}

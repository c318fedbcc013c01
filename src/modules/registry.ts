import { container } from './container/index.ts';
import type { ResourceModule } from './module.ts';
import { snapshot } from './snapshot/index.ts';
import { vm } from './vm/index.ts';

/** Every resource kind: tasks, documents, docs and export know a kind from here. */
export const modules: readonly ResourceModule[] = [vm, container, snapshot];

/** Names of the kinds, as tasks and documents use them. */
export const moduleKinds: readonly string[] = modules.map(({ kind }) => kind);

export function findModule(kind: string): ResourceModule | undefined {
  return modules.find((module) => module.kind === kind);
}

import type { FileTree } from '../machine.ts';

/** What became of a service since the node has started; without this file, it runs. */
export const stateFile = (name: string): string => `/run/pvefleet-lab/units/${name}`;

/** Whether a service, such as `corosync`, was stopped or has failed. */
export function isStopped(files: Pick<FileTree, 'read'>, service: string): boolean {
  return files.read(stateFile(`${service}.service`)) !== undefined;
}

import type { Action } from './action.ts';
import { apt } from './apt.ts';

/** Ansible's module for whatever package manager a host has, which is apt on a node. */
export const packageModule: Action = {
  ...apt,
  name: 'package',
  help: 'The same as apt, which is what a node has.',
};

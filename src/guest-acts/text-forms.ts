import type { ActArgument } from './act.ts';

type Form = NonNullable<ActArgument['form']>;

/** PVE::JSONSchema, pve-storage-id */
export const storageId: Form = { pattern: /^[a-z][\w.-]*[a-z0-9]$/iu, words: 'the name of a storage' };

/** PVE::JSONSchema, pve-node */
export const nodeName: Form = {
  pattern: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/iu,
  words: 'the name of a PVE node',
};

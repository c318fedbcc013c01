import type { Diagnostic } from '../diagnostic.ts';
import type { LockHolder } from './lock-script.ts';
import { LOCK_EXPIRES_SECONDS } from './lock-script.ts';

/** What can be wrong with the lock of a cluster ("cluster prod", "node pve9"). */

export function heldByOther(cluster: string, by: LockHolder | undefined): Diagnostic {
  const who =
    by === undefined
      ? 'another run that has not said whose it is'
      : `${by.by} with run ${by.run} since ${moment(by.since)} ("${by.command}")`;
  const look = by === undefined ? '' : `look at it there with: pvefleet show ${by.run}; `;
  return {
    code: 'apply/cluster-locked',
    severity: 'error',
    trouble: 'stale',
    message: `Cannot change ${cluster}: it is being changed by ${who}; one run at a time is wanted`,
    hint: `Wait for it (--lock-wait SECONDS), or ${look}where it was killed, its lock is free ${LOCK_EXPIRES_SECONDS} s later.`,
  };
}

export function noLock(cluster: string, why: string, host?: string): Diagnostic {
  return {
    code: 'apply/no-lock',
    severity: 'error',
    trouble: 'refused',
    message: `Cannot lock ${cluster}: ${why}; without its lock nothing is changed`,
    ...(host !== undefined && { host }),
    hint: 'See "pvecm status" and "systemctl status pve-cluster" on the node; nothing was done.',
  };
}

export function lockLost(cluster: string, why: string): Diagnostic {
  return {
    code: 'apply/lock-lost',
    severity: 'error',
    trouble: 'stale',
    message: `Cannot go on: the run has lost its lock of ${cluster}: ${why}`,
    hint: 'What was begun was finished, as told above; nothing more was begun. Run it again: what is done is left alone.',
  };
}

export function notGivenBack(cluster: string, why: string): Diagnostic {
  return {
    code: 'apply/lock-left',
    severity: 'warning',
    trouble: 'failed',
    message: `The lock of ${cluster} could not be given back: ${why}; it is free ${LOCK_EXPIRES_SECONDS} s after it was last renewed`,
  };
}

/** "2026-11-29 12:03:05 UTC". */
function moment(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

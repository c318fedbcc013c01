import { address } from '../../address.ts';
import { shQuote } from '../../text/sh-quote.ts';
import type { DraftStep, GuestAt } from './power-step.ts';

/** Seconds between two looks. */
const LOOK_SECONDS = 2;

/**
 * Waits until a shell condition holds on the guest's node, at most so many seconds; the guest runs then, or is stopped.
 * `timeout` ends with 124 when it never held.
 */
export function waitStep(
  { kind, vmid, cluster }: GuestAt,
  node: string,
  is: 'running' | 'stopped',
  condition: string,
  seconds: number,
): DraftStep {
  return {
    node,
    act: {
      run: 'exec',
      argv: ['timeout', String(seconds), 'sh', '-c', `until ${condition}; do sleep ${LOOK_SECONDS}; done`],
    },
    guards: [],
    locks: [],
    effects: [{ brings: 'power', address: address(kind.kind, vmid, cluster), node, is }],
    undo: { impossible: 'it only waits' },
    detached: true,
    timeoutSeconds: seconds + LOOK_SECONDS,
  };
}

/** The same for something that may come to nothing: when that holds after a minute, it is over, and why is said. */
export function waitOrGiveUpStep(
  target: GuestAt,
  node: string,
  is: 'running' | 'stopped',
  [condition, over]: readonly [condition: string, over: string],
  seconds: number,
  words: string,
): DraftStep {
  const looks = 60 / LOOK_SECONDS;
  const script = `n=0; until ${condition}; do n=$((n+1)); if [ $n -gt ${looks} ] && ${over}; then echo ${shQuote(words)} >&2; exit 1; fi; sleep ${LOOK_SECONDS}; done`;
  return {
    ...waitStep(target, node, is, condition, seconds),
    act: { run: 'exec', argv: ['timeout', String(seconds), 'sh', '-c', script] },
  };
}

/** Waits for a VM that restarts to run again. */
export function restartedStep(target: GuestAt, seconds: number): DraftStep {
  const { kind, vmid, cluster, node } = target;
  return {
    ...waitStep(target, node, 'running', `qm status ${vmid} | grep -q running`, seconds),
    effects: [
      { brings: 'power', address: address(kind.kind, vmid, cluster), node, is: 'running', how: 'restart' },
    ],
  };
}

/** True when HA's manager says that of a service (ha/manager_status is one line of JSON; recording ha-02). */
export function haSays(sid: string, ...words: readonly string[]): string {
  const looks = words.map((word, index) => `grep ${index === words.length - 1 ? '-q ' : ''}${shQuote(word)}`);
  const status = `grep -o ${shQuote(`"${sid}":{[^{}]*}`)} /etc/pve/ha/manager_status`;
  return [status, ...looks].join(' | ');
}

/** What a guest can be waited for, beside its running; never implied, always asked for. */
export type Sign = 'agent' | 'ip' | 'ssh';

export const signs: readonly Sign[] = ['agent', 'ip', 'ssh'];

/** True when the guest gives that sign. Its own addresses are asked for inside of it, by the agent or LXC. */
export function gives(sign: Sign, { kind, vmid }: GuestAt): string {
  if (sign === 'agent') return `qm agent ${vmid} ping >/dev/null 2>&1`;
  const own =
    kind.kind === 'vm'
      ? `qm agent ${vmid} network-get-interfaces 2>/dev/null | sed -n 's/.*"ip-address" : "\\([^"]*\\)".*/\\1/p'`
      : `lxc-info -n ${vmid} -iH 2>/dev/null`;
  const addresses = `${own} | grep -Ev '^(127[.]|::1|fe80:)'`;
  return sign === 'ip'
    ? `${addresses} | grep -q .`
    : `${addresses} | ssh-keyscan -T 2 -f - 2>/dev/null | grep -q .`;
}

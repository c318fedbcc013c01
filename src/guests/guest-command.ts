import { shJoin } from '../text/sh-quote.ts';

/** What a guest is to run, and how. */
export interface GuestCommand {
  readonly vmid: number;
  readonly argv: readonly string[];
  /** Whether there is an input for it. */
  readonly hasInput: boolean;
  /** Seconds that the guest agent is asked for the end; without it there is no limit. */
  readonly timeoutSeconds?: number;
}

/** Shell text that runs a command in a container: its output, input and exit code are passed on. */
export function inContainer({ vmid, argv }: GuestCommand): string {
  return shJoin(['pct', 'exec', String(vmid), '--', ...argv]);
}

/** Shell text that runs a command in a VM by its guest agent; what it prints is read by agent-answer.ts. */
export function inVm({ vmid, argv, hasInput, timeoutSeconds = 0 }: GuestCommand): string {
  const input = hasInput ? ['--pass-stdin', '1'] : [];
  return shJoin([
    'qm',
    'guest',
    'exec',
    String(vmid),
    '--timeout',
    String(timeoutSeconds),
    ...input,
    '--',
    ...argv,
  ]);
}

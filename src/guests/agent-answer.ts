import { constants } from 'node:os';

/** What `qm guest exec` printed, read. */
export type AgentAnswer =
  | {
      readonly kind: 'ended';
      readonly exit: number | null;
      readonly signal?: string;
      readonly stdout: Buffer;
      readonly stderr: Buffer;
      /** The agent kept only the beginning. */
      readonly truncated: { readonly stdout: boolean; readonly stderr: boolean };
    }
  /** It had not ended when the time was up, and runs on in the guest. */
  | { readonly kind: 'running'; readonly pid: number };

/** Undefined when it is no answer of the agent. */
export function readAgentAnswer(text: string): AgentAnswer | undefined {
  const found = parseObject(text);
  if (found === undefined) return undefined;
  if (found['exited'] !== 1 && found['exited'] !== true) {
    return typeof found['pid'] === 'number' ? { kind: 'running', pid: found['pid'] } : undefined;
  }
  const { exitcode, signal } = found;
  const isTrue = (key: string): boolean => found[key] === 1 || found[key] === true;
  return {
    kind: 'ended',
    exit: typeof exitcode === 'number' ? exitcode : null,
    ...(typeof signal === 'number' && { signal: signalName(signal) }),
    stdout: bytesOf(found['out-data']),
    stderr: bytesOf(found['err-data']),
    truncated: { stdout: isTrue('out-truncated'), stderr: isTrue('err-truncated') },
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** PVE decodes the agent's base64 and prints each byte as the character of its number (QemuServer/Agent.pm qemu_exec_status). */
function bytesOf(value: unknown): Buffer {
  return typeof value === 'string' ? Buffer.from(value, 'latin1') : Buffer.alloc(0);
}

function signalName(number: number): string {
  const [name] = Object.entries(constants.signals).find(([, each]) => each === number) ?? [];
  return name ?? `signal ${number}`;
}

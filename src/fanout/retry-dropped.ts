import { setTimeout as sleep } from 'node:timers/promises';
import type { Diagnostic, Result } from '../diagnostic.ts';
import type { Connection, ConnectOptions, Transport } from '../transports/transport.ts';

/** How often, and how long between two tries. */
export interface Patience {
  /** Connections tried in all. */
  readonly tries: number;
  /** Seconds before the second try at most; it doubles with each. */
  readonly firstWaitSeconds: number;
  /** From 0 to 1. */
  readonly random: () => number;
}

const patience: Patience = { tries: 5, firstWaitSeconds: 0.5, random: Math.random };

/**
 * A transport that tries again when a server drops a connection before the log-in, as sshd does beyond MaxStartups
 * (sshd_config(5)). Waits longer each time and never as long as the others, within the time-out for connecting. Nothing
 * was sent to a shell by then, so nothing runs twice.
 */
export function retryingDropped(
  transport: Transport,
  { tries, firstWaitSeconds, random }: Patience = patience,
): Transport {
  const connect: Transport['connect'] = async (node, options) => {
    const end = performance.now() + options.timeoutSeconds * 1000;
    for (let attempt = 1; ; attempt++) {
      const connected = await transport.connect(node, options);
      const wait = firstWaitSeconds * 2 ** (attempt - 1) * (0.5 + random() / 2) * 1000;
      const givesUp = attempt >= tries || performance.now() + wait > end;
      if (!wasDropped(connected) || givesUp || !(await waited(wait, options))) return connected;
    }
  };
  return { ...transport, connect };
}

function wasDropped(connected: Result<Connection>): boolean {
  return !connected.ok && connected.diagnostics.some(saysDropped);
}

/** Closed without a word, or with sshd's own ("Exceeded MaxStartups"; "Not allowed at this time" since 9.8). */
function saysDropped({ code }: Diagnostic): boolean {
  return code === 'transport/reset' || code === 'transport/dropped';
}

/** False when the run was interrupted meanwhile. */
async function waited(milliseconds: number, { signal }: ConnectOptions): Promise<boolean> {
  try {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
    return true;
  } catch {
    return false;
  }
}

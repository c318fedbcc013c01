import { setTimeout as sleep } from 'node:timers/promises';
import type { Diagnostic, Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import type { Connection, ConnectOptions, Transport } from '../transports/transport.ts';
import { createTurns, type Turns } from '../transports/turns.ts';

/** How often, and how long between two tries. */
export interface Patience {
  /** Connections tried in all. */
  readonly tries: number;
  /** Seconds before the second try at most; it doubles with each, up to four times as long. */
  readonly firstWaitSeconds: number;
  /** From 0 to 1. */
  readonly random: () => number;
}

const patience: Patience = { tries: 8, firstWaitSeconds: 0.5, random: Math.random };

/**
 * A transport that tries again when a server drops a connection before the log-in, as sshd does beyond MaxStartups
 * (sshd_config(5)). Waits longer each time and never as long as the others, within the time-out for connecting; and only
 * one at a time tries an address again, so that they do not drop each other. Nothing was sent to a shell by then, so
 * nothing runs twice.
 */
export function retryingDropped(
  transport: Transport,
  { tries, firstWaitSeconds, random }: Patience = patience,
): Transport {
  const again = new Map<string, Turns>();
  const turnsOf = ({ connection: { host, port } }: Node): Turns => {
    const key = JSON.stringify([host, port]);
    const turns = again.get(key) ?? createTurns(1);
    again.set(key, turns);
    return turns;
  };
  const connect: Transport['connect'] = async (node, options) => {
    // Without the time in which it was the turn of others.
    let spent = 0;
    const tryOnce = async (): Promise<Result<Connection>> => {
      const begun = performance.now();
      const connected = await transport.connect(node, options);
      spent += performance.now() - begun;
      return connected;
    };
    let connected = await tryOnce();
    for (let tried = 1; tried < tries && wasDropped(connected); tried++) {
      const wait = firstWaitSeconds * Math.min(2 ** (tried - 1), 4) * (0.5 + random() / 2) * 1000;
      spent += wait;
      if (spent > options.timeoutSeconds * 1000 || !(await waited(wait, options))) break;
      connected = await turnsOf(node).run(tryOnce);
    }
    return connected;
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

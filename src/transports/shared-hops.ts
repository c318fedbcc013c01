import type { Client } from 'ssh2';
import { ok, type Result } from '../diagnostic.ts';
import type { Hop } from './open-way.ts';

interface Entered {
  readonly client: Client;
  readonly close: () => Promise<void>;
}

/** Jump hosts that are logged in to once for all nodes behind them, and left when the last of these is. */
export interface SharedHops {
  /** `key` says which host, as whom, and by which way. */
  enter(key: string, logIn: () => Promise<Result<Entered>>): Promise<Result<Hop>>;
}

interface Shared {
  readonly entered: Promise<Result<Entered>>;
  inside: number;
}

export function createSharedHops(): SharedHops {
  const hops = new Map<string, Shared>();

  const forget = (key: string, hop: Shared) => {
    if (hops.get(key) === hop) hops.delete(key);
  };

  /** One that failed or was lost is logged in to anew by who comes next. */
  const open = (key: string, logIn: () => Promise<Result<Entered>>): Shared => {
    const hop: Shared = { entered: watched(), inside: 0 };
    hops.set(key, hop);
    return hop;

    async function watched(): Promise<Result<Entered>> {
      const entered = await logIn();
      if (!entered.ok) forget(key, hop);
      else {
        const { client } = entered.value;
        client.setMaxListeners(0);
        client.once('close', () => forget(key, hop));
        client.on('error', () => forget(key, hop));
      }
      return entered;
    }
  };

  return {
    enter: async (key, logIn) => {
      const hop = hops.get(key) ?? open(key, logIn);
      hop.inside++;
      const entered = await hop.entered;
      if (!entered.ok) return entered;
      const { client, close } = entered.value;
      let left = false;
      return ok({
        client,
        leave: async () => {
          if (left) return;
          left = true;
          if (--hop.inside > 0) return;
          forget(key, hop);
          await close();
        },
      });
    },
  };
}

import type { Client } from 'ssh2';
import { ok, type Result } from '../diagnostic.ts';
import type { Hop } from './open-way.ts';

interface Entered {
  readonly client: Client;
  close(): Promise<void>;
}

/** Jump hosts that are logged in to once for all nodes behind them, and left when the last of these is. */
export interface SharedHops {
  /** `key` says which host, as whom, and by which way. */
  enter(key: string, logIn: () => Promise<Result<Entered>>): Promise<Result<Hop>>;
}

export function createSharedHops(): SharedHops {
  const hops = new Map<string, { readonly entered: Promise<Result<Entered>>; inside: number }>();
  return {
    enter: async (key, logIn) => {
      const hop = hops.get(key) ?? { entered: logIn(), inside: 0 };
      hops.set(key, hop);
      hop.inside++;
      const forget = () => {
        if (hops.get(key) === hop) hops.delete(key);
      };
      const entered = await hop.entered;
      if (!entered.ok) {
        forget();
        return entered;
      }
      const { client, close } = entered.value;
      if (hop.inside === 1) {
        client.setMaxListeners(0);
        client.once('close', forget);
        client.on('error', forget);
      }
      let left = false;
      return ok({
        client,
        leave: async () => {
          if (left || --hop.inside > 0) return;
          left = true;
          forget();
          await close();
        },
      });
    },
  };
}

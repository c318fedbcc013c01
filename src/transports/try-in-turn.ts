import type { AnyAuthMethod, NextAuthHandler } from 'ssh2';
import type { Identities } from './identities.ts';
import type { Identity } from './identity.ts';
import { offerKey } from './offer-key.ts';
import type { FindPassword } from './passwords.ts';
import type { Route } from './route.ts';

/** ssh2's authHandler: says how to log in next, now or by `next`; false when there is nothing left. */
export type LogInHandler = (
  methods: readonly string[] | null,
  partial: boolean | null,
  next: NextAuthHandler,
) => AnyAuthMethod | false | undefined;

/** How far a log-in came. */
export interface Login {
  /** For ssh2, which calls it for each next method. */
  readonly handler: LogInHandler;
  /** The key that is tried first. */
  readonly firstKey: Identity | undefined;
  /** The server has refused that key already. */
  readonly dropFirstKey: () => void;
  /** To be told what the server takes, each time that it refuses something. */
  readonly onRefusal: (methods: readonly string[], partial: boolean) => void;
  /** All was refused. */
  readonly exhausted: boolean;
  /** What the server said last that it takes. */
  readonly accepted: readonly string[] | undefined;
  /** A password was sent. */
  readonly password: boolean;
  /** Keys that nobody made a signature with, and why: the end of a sentence. */
  readonly unsigned: ReadonlyMap<Identity, string>;
}

interface Helpers {
  readonly password: FindPassword;
  /** Waits for the user, and no clock runs meanwhile. */
  readonly resting: <T>(work: () => Promise<T>) => Promise<T>;
}

const ways = ['password', 'keyboard-interactive'] as const;

/** Offers the keys one after the other, then the password in each way that the server takes. */
export function tryInTurn(
  { node, methods: allowed }: Pick<Route, 'node' | 'methods'>,
  identities: Identities,
  { password, resting }: Helpers,
): Login {
  const { user } = node.connection;
  const keys = allowed.includes('publickey') ? [...identities.usable] : [];
  const tried = new Set<string>();
  const unsigned = new Map<Identity, string>();
  const login = {
    exhausted: false,
    accepted: undefined as readonly string[] | undefined,
    password: false,
    unsigned,
    firstKey: keys[0],
    dropFirstKey: () => {
      keys.shift();
    },
    onRefusal,
    handler,
  };
  let partial = false;
  return login;

  function onRefusal(methods: readonly string[], isPartial: boolean): void {
    login.accepted = methods;
    partial = isPartial;
  }

  function handler(
    _methods: unknown,
    _partial: unknown,
    next: (method: AnyAuthMethod) => void,
  ): AnyAuthMethod | false | undefined {
    const { accepted } = login;
    const key = accepted === undefined || accepted.includes('publickey') ? keys.shift() : undefined;
    if (key !== undefined) return offerKey(user, { blob: key.blob, sign: signing(key) });
    // Nothing is known of what a server takes before it has refused something.
    if (accepted === undefined) return { type: 'none', username: user };
    // What was refused as a password is not sent again as the answer to a question.
    const isRefused = login.password && !partial;
    const way = isRefused
      ? undefined
      : ways.find((name) => allowed.includes(name) && accepted.includes(name) && !tried.has(name));
    if (way === undefined) {
      login.exhausted = true;
      return false;
    }
    tried.add(way);
    void sendPassword(way, next);
    return undefined;
  }

  function signing(key: Identity): Identity['sign'] {
    return async (data, hash) => {
      try {
        return await (key.asks ? resting(() => key.sign(data, hash)) : key.sign(data, hash));
      } catch (error) {
        unsigned.set(key, error instanceof Error ? error.message : String(error));
        throw error;
      }
    };
  }

  async function sendPassword(
    way: (typeof ways)[number],
    send: (method: AnyAuthMethod) => void,
  ): Promise<void> {
    const found = await resting(() => password(node));
    login.password ||= found !== undefined;
    // To ask for nothing makes the server refuse once more, and so ends the log-in.
    send(found === undefined ? { type: 'none', username: user } : passwordMethod(way, user, found));
  }
}

/** A prompt that does not show what is typed asks for the password; others are answered with nothing. */
function passwordMethod(
  way: 'password' | 'keyboard-interactive',
  username: string,
  password: string,
): AnyAuthMethod {
  if (way === 'password') return { type: way, username, password };
  return {
    type: way,
    username,
    prompt: (_name, _instructions, _language, prompts, answer) =>
      answer(prompts.map(({ echo }) => (echo === true ? '' : password))),
  };
}

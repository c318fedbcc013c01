import type { Shell, User } from '../shell/run.ts';

/** What a session needs of its connection and node. */
export interface SessionContext {
  readonly node: string;
  readonly shell: Shell;
  readonly user: User;
  /** Aborts when the connection is gone. */
  readonly signal: AbortSignal;
  /** True: break the connection at this command. */
  readonly cutsAt: (command: string) => boolean;
  readonly cut: () => void;
}

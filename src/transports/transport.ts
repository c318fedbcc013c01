import type { Result } from '../diagnostic.ts';
import type { Become, Node } from '../inventory/node.ts';

/** How a remote command ended. Exit null: killed by `signal`. Output is bytes. */
export interface Finished {
  readonly exit: number | null;
  readonly signal?: string;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** How a command ended, without what it said. */
export type Ending = Pick<Finished, 'exit' | 'signal'>;

export interface ExecOptions {
  /** Sent to the command, then end of file; without it stdin is empty. What comes in pieces is read as fast as the node takes it. */
  readonly stdin?: string | Buffer | AsyncIterable<Uint8Array>;
  /** Seconds until the command is given up as `failed`; without it there is no limit. */
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
  /** Called with output as it comes, besides being collected. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
  /**
   * Takes the output in place of collecting it: `Finished` then has none. While a promise that it gave is pending,
   * that stream is paused, and so at last the command. It must not reject.
   */
  readonly sink?: OutputSink;
  /** Whom it runs as in place of the node's own `become`; null: who logged in. */
  readonly become?: Become | null;
  /** Of a pool: connects again to a node that it could not connect to before. */
  readonly connectsAnew?: true;
  /** Of a pool: does not wait for its turn among other commands, which may be long ones. */
  readonly outOfTurn?: true;
  /** Runs also after the signal of the pool was aborted: to clean up behind a command that was cut off. */
  readonly cleansUp?: true;
}

/** Takes a piece of output; a promise holds back what comes after it in the same stream. */
export type OutputSink = (stream: 'stdout' | 'stderr', chunk: Buffer) => Promise<void> | undefined;

/** An open way to one node. A failure to run is a Diagnostic; a remote exit code is data. */
export interface Connection {
  /** Runs shell text with the login shell of the remote user. */
  exec(command: string, options?: ExecOptions): Promise<Result<Finished>>;
  /** What became of `ConnectOptions.first`, where it was sent with the log-in; without it that command was not sent. */
  readonly first?: Promise<Result<Finished>>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** For an answer from the host, and again for the log-in; waiting for other nodes' log-ins does not count. */
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal;
  /** The command that the connection is made for. A transport may send it along with the log-in, or pay no heed to it; one that changes commands must change this one too. */
  readonly first?: FirstCommand;
}

/** A command that may go along with the log-in. */
export interface FirstCommand {
  readonly command: string;
  readonly options: ExecOptions;
  /** Asked right before it would be sent, once; false when it has to wait its turn. */
  mayStart(): boolean;
}

/** A kind of connection: ssh, replay. test/conformance/transports.ts says what each must do. */
export interface Transport {
  connect(node: Node, options: ConnectOptions): Promise<Result<Connection>>;
}

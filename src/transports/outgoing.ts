import type { ClientChannel } from 'ssh2';

/** Our end of a channel, as ssh2 keeps it. */
interface Outgoing {
  /** The channel's number on the server's side. */
  readonly id: number;
  /** "open", "eof" once the end of the input was sent, "closing", "closed". */
  state: string;
}

/** Looks into a channel of ssh2 1.17; undefined when it is not as we know it. */
export function outgoingOf(channel: ClientChannel): Outgoing | undefined {
  const outgoing: unknown = 'outgoing' in channel ? channel.outgoing : undefined;
  return isOutgoing(outgoing) ? outgoing : undefined;
}

function isOutgoing(value: unknown): value is Outgoing {
  return (
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    typeof value.id === 'number' &&
    'state' in value &&
    typeof value.state === 'string'
  );
}

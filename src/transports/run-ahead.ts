import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { fail, type Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { runCommand } from './run-command.ts';
import type { Insides } from './ssh2-insides.ts';
import { outgoingOf } from './outgoing.ts';
import type { ExecOptions, FirstCommand, Finished } from './transport.ts';
import { unfinished } from './trouble.ts';

/** The number that sshd gives the first channel of a connection. */
const firstChannel = 0;

/** Bytes of input that go ahead: sshd reads them into memory before it knows the user, and hands at most 256 KiB on. Its window is 2 MiB. */
const mostAhead = 64 * 1024;

/** Bytes in one packet; what sshd takes for a session. */
const packetSize = 32 * 1024;

interface Line {
  readonly client: Client;
  readonly protocol: Insides['protocol'];
  readonly stream: Duplex;
}

/**
 * Sends a command before its channel is confirmed, with its input where that is short, and waits for its end. ssh2 does
 * the rest as ever: when the channel is confirmed, it asks for the command, which is held back once here.
 */
export async function runAhead(
  node: Node,
  { client, protocol, stream }: Line,
  { command, options }: FirstCommand,
  isAccepted: () => boolean,
): Promise<Result<Finished>> {
  const input = inputAhead(options.stdin);
  const { stdin: _sent, ...withoutInput } = options;
  const finished = await runCommand(
    node,
    client,
    command,
    input === undefined ? options : withoutInput,
    (opened) => {
      client.exec(command, (error, channel) => {
        const outgoing = error === undefined && input !== undefined ? outgoingOf(channel) : undefined;
        if (outgoing !== undefined) outgoing.state = 'eof';
        opened(error, channel);
      });
      protocol.exec(firstChannel, command, true);
      if (input !== undefined) {
        for (let at = 0; at < input.length; at += packetSize)
          protocol.channelData(firstChannel, input.subarray(at, at + packetSize));
        protocol.channelEOF(firstChannel);
      }
      protocol.exec = (channel) => {
        Reflect.deleteProperty(protocol, 'exec');
        // sshd has ended the connection by now, for it has no channel 0 then.
        if (channel !== firstChannel) stream.destroy();
      };
    },
  );
  const lost = !finished.ok && finished.diagnostics.some(({ code }) => code === 'transport/connection-lost');
  return lost && !isAccepted() ? fail(lostInTheAir(node, command)) : finished;
}

/** The whole input, where it is short enough; undefined when it has to wait for the channel. */
function inputAhead(stdin: ExecOptions['stdin']): Buffer | undefined {
  if (stdin !== undefined && typeof stdin !== 'string' && !Buffer.isBuffer(stdin)) return undefined;
  const input = Buffer.from(stdin ?? '');
  return input.length <= mostAhead ? input : undefined;
}

function lostInTheAir(node: Node, command: string) {
  return unfinished(
    node,
    'connection-lost',
    command,
    'the connection was lost as it was sent with the log-in; it is not known whether it ran',
    `see on ${node.name} whether it ran, then run this again`,
  );
}

import type { ConnectionOptions } from '../inventory/node.ts';

/** What the system's ssh is called, and whose configuration it reads. */
export interface OpensshProgram {
  readonly command: string;
  /** In place of the user's and the system's configuration. */
  readonly configFile?: string;
}

/** For all of ssh(1)'s work on a node: what the inventory gives is stronger than the user's configuration, all else is left to that. */
function common({ configFile }: OpensshProgram, connection: ConnectionOptions): readonly string[] {
  return [
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...option('RemoteCommand=none'),
    ...option('ClearAllForwardings=yes'),
    ...given(connection).flatMap(option),
    ...(connection.sshOptions ?? []).flatMap(option),
  ];
}

/** The arguments of the ssh that logs in and holds the connection. */
export function masterArguments(
  program: OpensshProgram,
  connection: ConnectionOptions,
  socket: string,
  timeoutSeconds: number,
): readonly string[] {
  const password = connection.password !== undefined;
  return [
    '-M',
    '-N',
    '-S',
    socket,
    ...option('ControlPersist=no'),
    ...option('StrictHostKeyChecking=yes'),
    ...option('NoHostAuthenticationForLocalhost=no'),
    ...option(`BatchMode=${password ? 'no' : 'yes'}`),
    ...(password ? option('NumberOfPasswordPrompts=1') : []),
    ...option(`ConnectTimeout=${Math.ceil(timeoutSeconds)}`),
    // Tells the host key's fingerprint, the keys tried, and how far it came.
    ...option('LogLevel=DEBUG1'),
    ...common(program, connection),
    ...option('ServerAliveInterval=15'),
    ...option('ServerAliveCountMax=3'),
    '--',
    connection.host,
  ];
}

/** The arguments of an ssh that runs one command over a master, and connects to nothing itself; what it does is told in a file. */
export function commandArguments(
  program: OpensshProgram,
  connection: ConnectionOptions,
  { socket, log }: { readonly socket: string; readonly log: string },
  command: string,
): readonly string[] {
  return [
    '-T',
    '-S',
    socket,
    '-E',
    log,
    ...option('LogLevel=DEBUG2'),
    ...option('ControlMaster=no'),
    ...option('ProxyCommand=false'),
    ...option('PermitLocalCommand=no'),
    ...common(program, connection),
    '--',
    connection.host,
    // No command at all would be a shell.
    command === '' ? ':' : command,
  ];
}

/** The command line of an ssh for a person, on the terminal: it asks what it has to. */
export function shellArguments(
  connection: ConnectionOptions,
  command: string | undefined,
): readonly string[] {
  return [
    'ssh',
    '-t',
    ...option('StrictHostKeyChecking=yes'),
    ...given(connection).flatMap(option),
    ...(connection.sshOptions ?? []).flatMap(option),
    '--',
    connection.host,
    ...(command === undefined ? [] : [command]),
  ];
}

/** The arguments that ask whether a master is there. */
export function checkArguments(socket: string): readonly string[] {
  return ['-F', '/dev/null', '-S', socket, '-O', 'check', '--', 'master'];
}

function given(connection: ConnectionOptions): readonly string[] {
  const { port, user, keyFile, knownHosts, assumed = [] } = connection;
  return [
    ...(assumed.includes('port') ? [] : [`Port=${port}`]),
    ...(assumed.includes('user') ? [] : [`User=${user}`]),
    ...(keyFile === undefined ? [] : [`IdentityFile=${quoted(keyFile)}`, 'IdentitiesOnly=yes']),
    ...(assumed.includes('knownHosts')
      ? []
      : [
          `UserKnownHostsFile=${knownHosts.map(quoted).join(' ') || '/dev/null'}`,
          'GlobalKnownHostsFile=/dev/null',
        ]),
  ];
}

function option(line: string): readonly string[] {
  return ['-o', line];
}

/** A path as ssh_config takes it, without tokens. */
function quoted(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`;
}

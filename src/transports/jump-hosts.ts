/** One host of a ProxyJump, in the order in which they are passed. */
export interface JumpHost {
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
}

/** "[user@]host[:port],…" or ssh:// URIs (ssh_config(5), ProxyJump); undefined when it is neither. */
export function parseJumpHosts(text: string): readonly JumpHost[] | undefined {
  const hosts = text.split(',').map(parseJumpHost);
  const complete = hosts.filter((host) => host !== undefined);
  return complete.length === hosts.length ? complete : undefined;
}

/** As ProxyJump is written. */
export function formatJumpHosts(hosts: readonly JumpHost[]): string {
  return hosts
    .map(({ host, port, user }) => {
      const name = host.includes(':') ? `[${host}]` : host;
      return `${user === undefined ? '' : `${user}@`}${name}${port === undefined ? '' : `:${port}`}`;
    })
    .join(',');
}

function parseJumpHost(text: string): JumpHost | undefined {
  const match =
    /^(?:ssh:\/\/)?(?:(?<user>.+)@)?(?:\[(?<bracketed>[^\]]+)\]|(?<plain>[^:[\]@\s/-][^:[\]@\s/]*))(?::(?<port>\d{1,5}))?\/?$/u.exec(
      text.trim(),
    );
  const { user, bracketed, plain, port } = match?.groups ?? {};
  const host = bracketed ?? plain;
  if (host === undefined || user?.startsWith('-') === true || Number(port ?? 22) > 65_535) return undefined;
  return { host, ...(user !== undefined && { user }), ...(port !== undefined && { port: Number(port) }) };
}

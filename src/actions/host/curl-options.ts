/** How curl is to fetch something. */
export interface Fetching {
  /** Names and values of header lines. */
  readonly headers?: unknown;
  readonly url_username?: string | undefined;
  readonly url_password?: string | undefined;
  readonly validate_certs: boolean;
  /** Seconds until the server has to answer. */
  readonly timeout: number;
  readonly http_agent?: string | undefined;
  /** Whether a proxy is used that the environment names. */
  readonly use_proxy?: boolean;
  /** Files of the node. */
  readonly client_cert?: string | undefined;
  readonly client_key?: string | undefined;
}

/** Options of curl as its config file has them: no secret is in argv. */
export function curlOptions(url: string, fetching: Fetching): string {
  const lines = [
    `url = ${quoted(url)}`,
    'silent',
    'show-error',
    'fail',
    'location',
    'remote-time',
    ...connectionLines(fetching),
    ...Object.entries(fetching.headers ?? {}).map(
      ([name, value]) => `header = ${quoted(`${name}: ${String(value)}`)}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** How it connects, and as whom. */
export function connectionLines(fetching: Fetching): readonly string[] {
  const { url_username: user, url_password: password = '', timeout } = fetching;
  return [
    `connect-timeout = ${timeout}`,
    ...(fetching.validate_certs ? [] : ['insecure']),
    ...(fetching.use_proxy === false ? ['noproxy = "*"'] : []),
    ...option('user-agent', fetching.http_agent),
    ...option('cert', fetching.client_cert),
    ...option('key', fetching.client_key),
    ...option('user', user === undefined ? undefined : `${user}:${password}`),
  ];
}

/** Nothing for an option that is not given. */
export const option = (name: string, value: string | undefined): readonly string[] =>
  value === undefined ? [] : [`${name} = ${quoted(value)}`];

/** A value of its config file. */
export const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`;

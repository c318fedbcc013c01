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
  const { headers, url_username: user, url_password: password = '', timeout } = fetching;
  const { http_agent: agent, client_cert: certificate, client_key: key } = fetching;
  const lines = [
    `url = ${quoted(url)}`,
    'silent',
    'show-error',
    'fail',
    'location',
    'remote-time',
    `connect-timeout = ${timeout}`,
    ...(fetching.validate_certs ? [] : ['insecure']),
    ...(fetching.use_proxy === false ? ['noproxy = "*"'] : []),
    ...(agent === undefined ? [] : [`user-agent = ${quoted(agent)}`]),
    ...(certificate === undefined ? [] : [`cert = ${quoted(certificate)}`]),
    ...(key === undefined ? [] : [`key = ${quoted(key)}`]),
    ...(user === undefined ? [] : [`user = ${quoted(`${user}:${password}`)}`]),
    ...Object.entries(headers ?? {}).map(
      ([name, value]) => `header = ${quoted(`${name}: ${String(value)}`)}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** A value of its config file. */
export const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`;

import { pythonJson, pythonStr } from '../../template/python-text.ts';
import { connectionLines, option, quoted } from './curl-options.ts';
import type { Fetching } from './curl-options.ts';

/** A request of HTTP, as Ansible's uri has it. */
export interface UriRequest extends Fetching {
  readonly url: string;
  readonly method: string;
  readonly body: unknown;
  readonly body_format: 'form-urlencoded' | 'json' | 'raw';
  readonly follow_redirects: 'all' | 'no' | 'none' | 'safe' | 'urllib2' | 'yes';
  readonly ca_path?: string | undefined;
  readonly unix_socket?: string | undefined;
}

/** What curl writes after the answer: how much of it is headers, and what it was. */
const WRITTEN = '\\n%{size_header} %{http_code} %{num_redirects} %{time_total} %{url_effective}';

const TYPES = {
  json: 'application/json',
  'form-urlencoded': 'application/x-www-form-urlencoded',
  raw: undefined,
} as const;

/** Options of curl as its config file has them: neither body nor password is in argv. Headers come first, then the content. */
export function uriConfig(request: UriRequest): string {
  const { url, method, timeout, headers } = request;
  const names = Object.keys(headers ?? {}).map((name) => name.toLowerCase());
  const type = names.includes('content-type') ? undefined : TYPES[request.body_format];
  const body = bodyOf(request);
  const lines = [
    `url = ${quoted(url)}`,
    'silent',
    'show-error',
    'globoff',
    // As Ansible's, and so an answer has its reason in words.
    'http1.1',
    'suppress-connect-headers',
    // A HEAD has its headers where the content goes; "request" alone would wait for content.
    ...(method === 'HEAD'
      ? ['head']
      : ['dump-header = "-"', ...(isPlainPost(request) ? [] : [`request = ${quoted(method)}`])]),
    ...(isFollowed(request) ? ['location'] : []),
    ...connectionLines(request),
    // Nothing for so long: as Ansible's, which counts anew with each piece that comes.
    `speed-time = ${timeout}`,
    'speed-limit = 1',
    ...option('cacert', request.ca_path),
    ...option('unix-socket', request.unix_socket),
    ...Object.entries(headers ?? {}).map(([name, value]) => headerLine(name, pythonStr(value))),
    ...(type === undefined || request.body === undefined ? [] : [headerLine('Content-Type', type)]),
    'header = "Expect:"',
    ...(names.includes('connection') ? [] : [headerLine('Connection', 'close')]),
    // The other options for it would take "@x" for a file.
    ...option('data-raw', body ?? (hasLength(method) ? '' : undefined)),
    ...(body === undefined && hasLength(method) && !names.includes('content-type')
      ? ['header = "Content-Type:"']
      : []),
    `write-out = "${WRITTEN}"`,
  ];
  return `${lines.join('\n')}\n`;
}

/** curl leaves out a header without a value, unless it ends in ";". */
const headerLine = (name: string, value: string): string =>
  `header = ${quoted(value === '' ? `${name};` : `${name}: ${value}`)}`;

/** These have a length even where they have no body. */
const hasLength = (method: string): boolean => ['POST', 'PUT', 'PATCH'].includes(method);

/** Only what curl itself makes a POST of becomes a GET where it is sent on, as with Ansible. */
const isPlainPost = ({ method }: UriRequest): boolean => method === 'POST';

function isFollowed({ follow_redirects: follow, method }: UriRequest): boolean {
  return follow === 'safe' ? ['GET', 'HEAD'].includes(method) : !['no', 'none'].includes(follow);
}

function bodyOf({ body, body_format: format }: UriRequest): string | undefined {
  if (body === undefined || typeof body === 'string') return body;
  if (format === 'json') return pythonJson(body);
  return format === 'form-urlencoded' ? formOf(body) : pythonStr(body);
}

/** What a form sends: pairs, a list standing for the same name several times; what is null is left out. */
function formOf(body: unknown): string {
  const pairs: readonly unknown[] = Array.isArray(body) ? body : Object.entries(body ?? {});
  const params = new URLSearchParams();
  for (const pair of pairs) {
    if (!Array.isArray(pair)) continue;
    const [name, values]: readonly unknown[] = pair;
    for (const value of Array.isArray(values) ? values : [values])
      if (value !== null && value !== undefined) params.append(pythonStr(name), pythonStr(value));
  }
  return params.toString();
}

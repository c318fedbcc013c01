import type { Argument, PveCall } from './call.ts';

/**
 * A call as a request to PVE's API. `url` and `body` are pieces to be joined: text is encoded already, a secret or
 * digest stands as itself until it is sent, so what prints a request cannot print a secret.
 */
export interface HttpsRequest {
  readonly method: PveCall['method'];
  readonly url: readonly Argument[];
  readonly headers: Readonly<Record<string, string>>;
  /** Left out where PVE takes none: GET and DELETE have their parameters in the URL. */
  readonly body?: readonly Argument[];
}

/**
 * The request that makes this call at `origin` ("https://pve1:8006"); log-in headers are the sender's. An array is its
 * name several times (pve-http-server PVE/APIServer/AnyEvent.pm decode_urlencoded).
 */
export function renderHttps(call: PveCall, origin: string): HttpsRequest {
  const path = call.path.split('/').map(encodeText).join('/');
  const url = `${origin}/api2/json${path}`;
  const form = encodeForm(call.params);
  if (call.method === 'GET' || call.method === 'DELETE')
    return { method: call.method, url: form.length === 0 ? [url] : [`${url}?`, ...form], headers: {} };
  return {
    method: call.method,
    url: [url],
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: form,
  };
}

/** Joins the pieces of a URL or body; `valueOf` gives the value of a secret or digest. */
export function fillPieces(
  pieces: readonly Argument[],
  valueOf: (argument: Exclude<Argument, string>) => string,
): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : encodeText(valueOf(piece)))).join('');
}

function encodeForm(params: PveCall['params']): readonly Argument[] {
  const pairs = Object.entries(params).flatMap(([name, value]) => {
    const values: readonly Argument[] = isList(value) ? value : [value];
    return values.map((one): readonly [string, Argument] => [name, one]);
  });
  return pairs.flatMap(([name, value], index) => [
    `${index === 0 ? '' : '&'}${encodeText(name)}=`,
    typeof value === 'string' ? encodeText(value) : value,
  ]);
}

const isList = (value: PveCall['params'][string]): value is readonly Argument[] => Array.isArray(value);

/** As UTF-8; half a surrogate pair, which is no text, becomes U+FFFD. */
function encodeText(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\uFFFD'));
}

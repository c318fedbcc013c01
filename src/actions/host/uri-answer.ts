/** What a server answered, by Ansible's names. */
export interface UriAnswer {
  readonly status: number;
  /** Where it was sent on to. */
  readonly sentTo?: string;
  readonly result: Readonly<Record<string, unknown>>;
  readonly content: string;
  /** Of an answer that is JSON. */
  readonly json?: unknown;
}

/** Takes apart what curl printed: headers of all answers, the content of the last, and what WRITTEN asks for. Undefined: it printed less. */
export function uriAnswer(stdout: Buffer): UriAnswer | undefined {
  const end = stdout.lastIndexOf('\n');
  const [, head, code, redirects, seconds, url] =
    /^(\d+) (\d+) (\d+) (\S+) (.*)$/u.exec(stdout.subarray(end + 1).toString()) ?? [];
  if (head === undefined || url === undefined) return undefined;
  const blocks = stdout
    .subarray(0, Number(head))
    .toString('latin1')
    .split(/(?<=\r?\n\r?\n)(?=HTTP\/)/u);
  const [first = '', ...lines] = (blocks.at(-1) ?? '').split(/\r?\n/u).filter((line) => line !== '');
  const headers = headersOf(lines);
  const type = headers.get('content-type')?.join(', ') ?? '';
  const bytes = stdout.subarray(Number(head), end);
  const content = decoded(bytes, type);
  const status = Number(code);
  const json = isJson(type) ? parsed(content) : undefined;
  return {
    status,
    content,
    // curl puts name and password in.
    ...(redirects !== '0' && { sentTo: url.replace(/\/\/[^/@]*@/u, '//') }),
    ...(json !== undefined && { json: json.value }),
    result: {
      ...headerValues(headers),
      // Ansible has none of an error.
      ...(isGood(status) && cookiesOf(headers.get('set-cookie') ?? [])),
      status,
      elapsed: Math.floor(Number(seconds)),
      msg: messageOf(status, first, headers),
    },
  };
}

type Headers = ReadonlyMap<string, readonly string[]>;

function headersOf(lines: readonly string[]): Headers {
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon > 0) headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  return headers;
}

/** Variables can't have dashes in their names. */
const headerValues = (headers: Headers): Readonly<Record<string, string>> =>
  Object.fromEntries([...headers].map(([name, values]) => [name.replaceAll('-', '_'), values.join(', ')]));

function cookiesOf(set: readonly string[]): Readonly<Record<string, unknown>> {
  const pairs = set.map((line) => (line.split(';')[0] ?? '').split(/=(.*)/su) as readonly string[]);
  const cookies = Object.fromEntries(pairs.map(([name = '', value = '']) => [name.trim(), value.trim()]));
  const text = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
  return { cookies, cookies_string: text.join('; ') };
}

const isGood = (status: number): boolean => status >= 200 && status < 300;

function messageOf(status: number, first: string, headers: Headers): string {
  if (isGood(status)) return `OK (${headers.get('content-length')?.[0] ?? 'unknown'} bytes)`;
  return `HTTP Error ${status}: ${first.split(' ').slice(2).join(' ')}`;
}

/** Those that Ansible takes for JSON: application/json, text/javascript, application/hal+json. */
const isJson = (type: string): boolean => /^[^;]*\/(?:[^;+]*\+)?(?:json|javascript)\s*(?:;|$)/iu.test(type);

function decoded(bytes: Buffer, type: string): string {
  const charset = /charset="?(?<name>[\w-]+)/iu.exec(type)?.groups?.['name'] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString();
  }
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

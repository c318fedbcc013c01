import type { Result } from '../diagnostic.ts';
import type { Finished } from '../transports/transport.ts';
import type { ActionContext, ActionResult } from './action.ts';
import type { HostRead } from './host/facts.ts';
import { endOf } from './host/host-task.ts';
import type { Values } from './host/parameters.ts';
import {
  absolutePath,
  anything,
  choice,
  flag,
  integer,
  list,
  optional,
  plainText,
  preset,
} from './host/parameters.ts';
import type { Misuse } from './host/read-arguments.ts';
import { readArguments } from './host/read-arguments.ts';
import { tableAction } from './host/table-action.ts';
import { failed, taskFailed } from './host/task-failed.ts';
import { uriAnswer } from './host/uri-answer.ts';
import { uriConfig } from './host/uri-request.ts';

const parameters = {
  url: plainText('What is asked: http or https.'),
  method: preset(plainText('GET, POST, PUT, …'), 'GET'),
  status_code: preset(list('What the answer may be; any other one fails.'), ['200']),
  return_content: preset(flag('Keep the answer as `content`; JSON is kept as `json` anyway.'), false),
  body: optional(anything('What is sent: a text, or what the format makes a text of.')),
  body_format: preset(choice(['raw', 'json', 'form-urlencoded'], 'What it is, and its Content-Type.'), 'raw'),
  headers: optional(anything('Header lines of the request, as a mapping.')),
  follow_redirects: preset(
    choice(
      ['safe', 'all', 'yes', 'urllib2', 'none', 'no'],
      'Whether it goes where it is sent on; safe: GET and HEAD.',
    ),
    'safe',
  ),
  creates: optional(absolutePath('A path: where it is there, nothing is asked.')),
  removes: optional(absolutePath('A path: where it is not there, nothing is asked.')),
  timeout: preset(integer('Seconds without a word of the server.'), 30),
  url_username: optional(plainText('For HTTP basic authentication.', ['user'])),
  url_password: optional(plainText('For HTTP basic authentication.', ['password'])),
  force_basic_auth: preset(
    flag('Taken; the name and the password are sent with the first request anyway.'),
    false,
  ),
  validate_certs: preset(flag('Check the certificate of the server.'), true),
  ca_path: optional(absolutePath('Certificates of the node that the one of the server is checked by.')),
  client_cert: optional(absolutePath('A certificate of the node for the server, PEM.')),
  client_key: optional(absolutePath('Its key, where it is not in that file.')),
  http_agent: preset(plainText('What the request says it is from.'), 'ansible-httpget'),
  use_proxy: preset(flag('Use a proxy that the environment of the task names.'), true),
  unix_socket: optional(absolutePath('A socket of the node to connect to.')),
};

type UriValues = Values<typeof parameters>;

const table = {
  name: 'uri',
  parameters,
  notYet: [
    'ciphers',
    'decompress',
    'dest',
    'force',
    'remote_src',
    'src',
    'unredirected_headers',
    'use_gssapi',
    'use_netrc',
  ],
  check: ({
    url,
    method,
    status_code: codes,
    body,
    body_format: format,
    headers,
  }: UriValues): readonly Misuse[] => [
    ...wrongIf(!/^https?:\/\//u.test(url), 'url', `is wrong: it is "${url}"; http:// or https:// is wanted`),
    ...wrongIf(
      !/^[a-z]+$/iu.test(method),
      'method',
      `is wrong: it is "${method}"; one word, as GET or POST, is wanted`,
    ),
    ...wrongIf(
      codes.some((code) => !/^-?\d+$/u.test(code)),
      'status_code',
      'is wrong: whole numbers are wanted',
    ),
    ...wrongIf(headers !== undefined && !isMapping(headers), 'headers', 'is no mapping'),
    ...wrongIf(
      format === 'raw' && typeof body === 'object',
      'body',
      'is no text; with "body_format": json or form-urlencoded it need not be one',
    ),
    ...wrongIf(
      format === 'form-urlencoded' &&
        body !== undefined &&
        typeof body !== 'object' &&
        typeof body !== 'string',
      'body',
      'is neither a mapping nor a list of pairs nor text',
    ),
  ],
};

/** Asks a web server from the node, with its curl, as Ansible's module: {status, content, json, url, msg, …}. It counts as no change. */
export const uri = tableAction({
  ...table,
  help: 'Asks a web server from the node; `register` the answer. What is asked by another method than GET or HEAD is recorded with the answer: `no_log` keeps it out.',
  changes: true,
  foresee(args, positions) {
    const values = readArguments(table, args, positions);
    return values.ok && isAsking(values.value) ? placeReads(values.value) : undefined;
  },
  run: askUri,
});

const isMapping = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wrongIf = (isWrong: boolean, argument: string, what: string): readonly Misuse[] =>
  isWrong ? [{ argument, what: `"${argument}" ${what}` }] : [];

/** It changes nothing on the server, as far as HTTP has it. */
const isAsking = ({ method }: UriValues): boolean => ['GET', 'HEAD'].includes(method.toUpperCase());

const placeReads = ({ creates, removes }: UriValues): readonly HostRead[] =>
  [creates, removes].flatMap((path) => (path === undefined ? [] : [{ read: 'path', path } as const]));

async function askUri(values: UriValues, context: ActionContext): Promise<ActionResult> {
  const request = { ...values, method: values.method.toUpperCase() };
  const title = `ask ${request.method} ${values.url.replace(/\/\/[^/@]*@/u, '//')}`;
  if (context.check)
    return { outcome: 'skipped', message: `check mode: would ${title}`, result: {}, diagnostics: [] };
  const reason = await notNeeded(values, context);
  if (reason !== undefined) return reason;
  const stdin = uriConfig(request);
  const finished: Result<Finished> = isAsking(values)
    ? await context.read('curl -q -K -', { stdin })
    : await context.perform({ run: 'exec', argv: ['curl', '-q', '-K', '-'] }, { title, stdin });
  return finished.ok ? answered(values, title, finished.value, context) : failed(...finished.diagnostics);
}

async function notNeeded(values: UriValues, context: ActionContext): Promise<ActionResult | undefined> {
  const { creates, removes } = values;
  if (creates === undefined && removes === undefined) return undefined;
  const facts = await context.look(placeReads(values), 'known');
  if (!facts.ok) return failed(...facts.diagnostics);
  const isThere = (path: string): boolean => facts.value.path(path).followed !== undefined;
  const why =
    creates !== undefined && isThere(creates)
      ? `skipped, since '${creates}' exists`
      : removes !== undefined && !isThere(removes)
        ? `skipped, since '${removes}' does not exist`
        : undefined;
  return why === undefined
    ? undefined
    : { outcome: 'ok', message: why, result: { stdout: why }, diagnostics: [] };
}

/** Of a server that did not answer the status is -1. */
function answered(
  values: UriValues,
  title: string,
  finished: Finished,
  context: ActionContext,
): ActionResult {
  if (finished.exit === 127)
    return failed(
      taskFailed(
        context,
        `Cannot ${title}: there is no curl on the node; a task with "apt: name=curl" installs it`,
      ),
    );
  const codes = values.status_code.map(Number);
  const answer = finished.exit === 0 ? uriAnswer(finished.stdout) : undefined;
  const { status, content } = answer ?? { status: -1, content: undefined };
  const { sentTo } = answer ?? {};
  const location = answer?.result['location'];
  const about: Readonly<Record<string, unknown>> = {
    ...(answer?.result ?? { elapsed: 0, msg: `Request failed: ${finished.stderr.toString().trim()}` }),
    status,
    url: sentTo ?? values.url,
    ...(typeof location === 'string' &&
      URL.canParse(location, values.url) && { location: new URL(location, values.url).href }),
    redirected: sentTo !== undefined && sentTo !== values.url,
    ...(answer?.json !== undefined && { json: answer.json }),
    ...(values.return_content && content !== undefined && { content }),
  };
  if (codes.includes(status)) return { outcome: 'ok', result: about, diagnostics: [] };
  const told = `Status code was ${status} and not [${codes.join(', ')}]: ${String(about['msg'])}`;
  const why = answer === undefined ? endOf({ ...finished, stdout: Buffer.alloc(0) }) : told;
  return { ...failed(taskFailed(context, `Cannot ${title}: ${why}`)), result: { ...about, msg: told } };
}

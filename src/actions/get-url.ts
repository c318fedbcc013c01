import { basename, join } from 'node:path';
import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { shJoin } from '../text/sh-quote.ts';
import type { ActionContext } from './action.ts';
import { attributeActs, attributeParameters, attributesNotYet } from './host/attributes.ts';
import { curlOptions } from './host/curl-options.ts';
import { fetchText } from './host/fetch-text.ts';
import type { Facts, Hash, HostRead, PathFacts } from './host/facts.ts';
import { octal, modeFrom } from './host/file-mode.ts';
import type { Decision } from './host/host-task.ts';
import { endOf, hostTask } from './host/host-task.ts';
import { listedChecksum } from './host/listed-checksum.ts';
import type { Values } from './host/parameters.ts';
import { anything, flag, integer, optional, absolutePath, preset, plainText } from './host/parameters.ts';
import { taskFailed } from './host/task-failed.ts';

const parameters = {
  url: plainText('What is fetched: http, https, ftp or file.'),
  dest: absolutePath('Where it goes; a directory takes it under the name in the URL.'),
  checksum: optional(
    plainText(
      'What it must be: "sha256:…" with the digits, or with the URL of a list of checksums. A file that has it is not fetched again.',
    ),
  ),
  force: preset(flag('Fetch it also where the file is not older than it.'), false),
  backup: preset(flag('Keep the old file beside it, with the time in its name.'), false),
  headers: optional(anything('Header lines of the request, as a mapping.')),
  url_username: optional(plainText('For HTTP basic authentication.', ['username'])),
  url_password: optional(plainText('For HTTP basic authentication.', ['password'])),
  validate_certs: preset(flag('Check the certificate of the server.'), true),
  timeout: preset(integer('Seconds until the server has to answer.'), 10),
  http_agent: optional(plainText('What the request says it is from.')),
  force_basic_auth: preset(
    flag('Taken; the name and the password are sent with the first request anyway.'),
    false,
  ),
  use_proxy: preset(flag('Use a proxy that the environment of the task names.'), true),
  client_cert: optional(absolutePath('A certificate of the node for the server, PEM.')),
  client_key: optional(absolutePath('Its key, where it is not in that file.')),
  ...attributeParameters,
};

type UrlValues = Values<typeof parameters>;

const CHECKSUM =
  /^(?<hash>md5|sha1|sha224|sha256|sha384|sha512):(?:(?<digits>[0-9a-fA-F]+)|(?<list>[a-z]+:\/\/.*))$/u;

/** $1 path, $2 mode, $3 owner, $4 group, $5 keep the old one, $6 kind and $7 digits of its checksum, $8 force; curl's options come from the input. */
const SCRIPT = `umask 077; at=$1; part=$(dirname "$at")/.$(basename "$at").pvefleet-$(uname -n)-$$
stop() { rm -f "$part"; [ -z "$1" ] || echo "$1" >&2; exit 1; }
same() { rm -f "$part"; echo unchanged; exit 0; }
if [ -e "$at" ] && [ -z "$8" ]; then curl -q -K - -z "$at" -o "$part" || stop; else curl -q -K - -o "$part" || stop; fi
[ -e "$part" ] || same
if [ -n "$6" ]; then came=$("$6sum" < "$part" | cut -d' ' -f1); [ "$came" = "$7" ] || stop "what came has another checksum: $came"; fi
if [ -e "$at" ] && cmp -s "$part" "$at"; then same; fi
[ ! -e "$at" ] || { chown --reference="$at" "$part" && chmod --reference="$at" "$part"; } || stop
{ [ -z "$3$4" ] || chown "$3\${4:+:$4}" "$part"; } && { [ -z "$2" ] || chmod "$2" "$part"; } || stop
[ -z "$5" ] || [ ! -e "$at" ] || cp -p "$at" "$at.$$.$(date +%Y-%m-%d@%H:%M:%S)~" || stop
mv -f "$part" "$at" || stop`;

/** Fetches a URL to a file of the node, as Ansible's module; with the node's curl. */
export const getUrl = hostTask({
  name: 'get_url',
  help: 'Fetches a URL to a file of the node.',
  parameters,
  notYet: [
    ...attributesNotYet,
    'ciphers',
    'decompress',
    'sha256sum',
    'tmp_dest',
    'unredirected_headers',
    'use_gssapi',
    'use_netrc',
  ],
  changes: true,
  check: ({ url, checksum, headers }) => [
    ...(/^(?:https?|ftp|file):\/\//u.test(url)
      ? []
      : [
          {
            argument: 'url',
            what: `"url" is wrong: it is "${url}"; http://, https://, ftp:// or file:// is wanted`,
          },
        ]),
    ...(checksum === undefined || CHECKSUM.test(checksum)
      ? []
      : [
          {
            argument: 'checksum',
            what: `"checksum" is wrong: it is "${checksum}"; sha256: and its digits or a URL are wanted`,
          },
        ]),
    ...(headers === undefined || (typeof headers === 'object' && headers !== null && !Array.isArray(headers))
      ? []
      : [{ argument: 'headers', what: '"headers" is no mapping' }]),
  ],
  prepare: async (values, { context }) => {
    const wanted = await withDigits(values, context);
    if (!wanted.ok) return wanted;
    const answer = context.check ? await askFor(wanted.value, context) : ok(undefined);
    return answer.ok ? ok({ wanted: wanted.value, answer: answer.value }) : answer;
  },
  reads: placeReads,
  readsAhead: placeReads,
  decide: (_, facts, { wanted, answer }) => decide(wanted, facts, answer),
});

/** With the digits of its checksum, where a list has them that the node fetches. */
async function withDigits(values: UrlValues, context: ActionContext): Promise<Result<UrlValues>> {
  const { list } = CHECKSUM.exec(values.checksum ?? '')?.groups ?? {};
  if (list === undefined) return ok(values);
  const certificates = values.validate_certs ? 'checked' : 'any';
  const text = await fetchText(list, 'the checksums', context, certificates);
  if (!text.ok) return text;
  const name = basename(new URL(values.url).pathname);
  const digits = listedChecksum(text.value.toString(), name);
  return digits === undefined
    ? fail(taskFailed(context, `Cannot fetch ${values.url}: ${list} has no checksum of ${name}`))
    : ok({ ...values, checksum: `${hashOf(values)}:${digits}` });
}

function placeReads(values: UrlValues): readonly HostRead[] {
  const hash = hashOf(values);
  return [values.dest, inside(values)].map((one) => ({
    read: 'path',
    path: one,
    ...(hash !== undefined && { hash }),
  }));
}

function placeOf(values: UrlValues, facts: Facts): PathFacts {
  const named = facts.path(values.dest);
  return named.followed?.kind === 'directory' ? facts.path(inside(values)) : named;
}

/** What the server says in check mode, where nothing is fetched. */
interface Answer {
  /** Why it would not come. */
  readonly trouble?: string;
  readonly isNewer: boolean;
}

/** $1 the file that is there, or nothing; curl's options come from the input. */
const ASK = 'curl -q -K - --head -o /dev/null -w "%{http_code}" ${1:+-z "$1"}';

async function askFor(values: UrlValues, context: ActionContext): Promise<Result<Answer | undefined>> {
  const facts = await context.look(placeReads(values), 'known');
  if (!facts.ok) return facts;
  const found = placeOf(values, facts.value);
  if (found.hash === digitsOf(values)) return ok(undefined);
  const old = found.followed === undefined || values.force || values.checksum !== undefined ? '' : found.path;
  const answer = await context.read(shJoin(['sh', '-c', ASK, 'ask', old]), {
    stdin: curlOptions(values.url, values),
  });
  if (!answer.ok) return answer;
  const isNewer = answer.value.stdout.toString() !== '304';
  return ok({ isNewer, ...(answer.value.exit !== 0 && { trouble: endOf(answer.value) }) });
}

const hashOf = ({ checksum = '' }: UrlValues): Hash | undefined =>
  CHECKSUM.exec(checksum)?.groups?.['hash'] as Hash | undefined;

const digitsOf = ({ checksum = '' }: UrlValues): string =>
  CHECKSUM.exec(checksum)?.groups?.['digits']?.toLowerCase() ?? '';

const inside = ({ url, dest }: UrlValues): string =>
  join(dest, basename(new URL(url).pathname) || 'index.html');

function decide(values: UrlValues, facts: Facts, answer: Answer | undefined): Decision {
  const found = placeOf(values, facts);
  const { path: dest, followed: now, hash } = found;
  const result = { dest, url: values.url };
  const digits = digitsOf(values);
  if (now !== undefined && now.kind !== 'file')
    return { is: 'refused', why: `Cannot fetch ${dest}: a ${now.kind} is there; a file is wanted` };
  if (now !== undefined && digits !== '' && hash === digits && !values.force) {
    const acts = attributeActs(dest, now, values);
    return acts.length === 0 ? { is: 'as wanted', result } : { is: 'change', acts, result };
  }
  if (answer?.trouble !== undefined)
    return { is: 'refused', why: `Cannot fetch ${values.url}: ${answer.trouble}` };
  if (answer?.isNewer === false) return { is: 'as wanted', result };
  const isOther = digits !== '' && now !== undefined;
  const forces = values.force || isOther;
  const fetching = {
    argv: fetchArgv(values, found, forces),
    stdin: curlOptions(values.url, values),
    title: `fetch ${values.url} to ${dest}`,
    unchangedIf: /^unchanged$/u,
  };
  return {
    is: 'change',
    acts: [fetching, ...(now === undefined ? [] : attributeActs(dest, now, values))],
    result,
  };
}

function fetchArgv(values: UrlValues, { path: dest, followed: now }: PathFacts, forces: boolean) {
  const { mode, owner = '', group = '', backup } = values;
  const octals = mode === undefined ? undefined : octal(modeFrom(mode, now?.mode ?? 0o644, false));
  return [
    'sh',
    '-c',
    SCRIPT,
    'fetch',
    dest,
    octals ?? (now === undefined ? '0644' : ''),
    owner,
    group,
    backup ? 'keep' : '',
    hashOf(values) ?? '',
    digitsOf(values),
    forces ? 'force' : '',
  ];
}

import { matchesPatterns } from '../wildcards.ts';
import type { ConfigLine, ConfigProblem } from './config-line.ts';
import { formatPlace } from './config-line.ts';
import { judgeMatch, type Verdict } from './match.ts';
import type { ConfigFile } from './read-config.ts';

/** Whom the configuration is asked about. */
export interface Question {
  /** The host as it is named to ssh. */
  readonly host: string;
  /** Given beside the configuration, and stronger than it. */
  readonly user?: string;
  /** The user to log in as where nothing says otherwise. */
  readonly defaultUser: string;
  readonly localUser: string;
}

/** What the configuration says of a host: for each keyword the first line that applies, and of some keywords all. */
export interface Settings {
  /** With what HostName makes of the host. */
  readonly hostname: string;
  readonly first: ReadonlyMap<string, ConfigLine>;
  readonly identityFiles: readonly ConfigLine[];
  readonly certificateFiles: readonly ConfigLine[];
  readonly problems: readonly ConfigProblem[];
}

/** Keywords that are read; on others it does not matter what a condition says. */
const used = new Set([
  'addressfamily',
  'bindaddress',
  'canonicalizehostname',
  'certificatefile',
  'ciphers',
  'connecttimeout',
  'globalknownhostsfile',
  'hostkeyalgorithms',
  'hostkeyalias',
  'hostname',
  'identitiesonly',
  'identityagent',
  'identityfile',
  'kbdinteractiveauthentication',
  'kexalgorithms',
  'macs',
  'passwordauthentication',
  'port',
  'preferredauthentications',
  'proxycommand',
  'proxyjump',
  'proxyusefdpass',
  'pubkeyauthentication',
  'revokedhostkeys',
  'serveralivecountmax',
  'serveraliveinterval',
  'user',
  'userknownhostsfile',
]);

/** Each keyword's first value wins, over all files in turn; a second time over all of them where a "Match final" asks for it (ssh_config(5)). */
export function evaluateConfig(files: readonly ConfigFile[], question: Question): Settings {
  const first = new Map<string, ConfigLine>();
  const identityFiles: ConfigLine[] = [];
  const certificateFiles: ConfigLine[] = [];
  const problems: ConfigProblem[] = [];
  let wantsFinal = false;
  let final = false;
  let hostname: string | undefined;

  const seen = () => ({
    ...question,
    hostname: hostname ?? expandHost(first.get('hostname'), question.host),
    user: question.user ?? first.get('user')?.words[0] ?? question.defaultUser,
    final,
  });

  const judge = (line: ConfigLine): Verdict => {
    // The second time it is the name that the first made of it (ssh.c, "re-parsing configuration").
    if (line.keyword === 'host') return matchesPatterns(line.words, hostname ?? question.host) ? 'yes' : 'no';
    const judged = judgeMatch(line, seen());
    wantsFinal ||= judged.final;
    if (judged.problem !== undefined) problems.push(judged.problem);
    return judged.verdict;
  };

  /** Of these every line counts. */
  const lists = new Map([
    ['identityfile', identityFiles],
    ['certificatefile', certificateFiles],
  ]);

  const take = (line: ConfigLine) => {
    const list = lists.get(line.keyword);
    if (list !== undefined) {
      if (!list.some((known) => known.words[0] === line.words[0])) list.push(line);
    } else if (!isTaken(line.keyword)) first.set(line.keyword, line);
  };

  /** ProxyJump and ProxyCommand exclude each other. */
  const isTaken = (keyword: string) =>
    first.has(keyword) ||
    (keyword === 'proxycommand' && first.has('proxyjump')) ||
    (keyword === 'proxyjump' && first.has('proxycommand'));

  const walk = (file: ConfigFile, outer: Verdict, condition?: ConfigLine) => {
    let verdict = outer;
    let decided = condition;
    for (const line of file.lines) {
      if ('included' in line) {
        for (const included of line.included) walk(included, verdict, decided);
      } else if (line.keyword === 'host' || line.keyword === 'match') {
        // Also where it cannot apply: a "Match final" there still asks for the second time.
        verdict = both(outer, judge(line));
        decided = verdict === 'unknown' && outer !== 'unknown' ? line : decided;
      } else if (verdict === 'yes') take(line);
      else if (verdict === 'unknown' && used.has(line.keyword) && !isTaken(line.keyword))
        problems.push(undecided(line, decided ?? line));
    }
  };

  files.forEach((file) => walk(file, 'yes'));
  if (wantsFinal) {
    final = true;
    hostname = seen().hostname;
    files.forEach((file) => walk(file, 'yes'));
  }
  return { hostname: seen().hostname, first, identityFiles, certificateFiles, problems: unique(problems) };
}

/** An included file can only say more narrowly for whom it is meant. */
function both(outer: Verdict, inner: Verdict): Verdict {
  return outer === 'no' || inner === 'no' ? 'no' : outer === 'unknown' ? 'unknown' : inner;
}

function undecided(line: ConfigLine, condition: ConfigLine): ConfigProblem {
  return {
    place: line.place,
    whatIs: `whether ${line.keyword} applies is decided by "Match ${condition.rest}" (${formatPlace(condition.place)}), which pvefleet's own ssh does not evaluate`,
  };
}

/** HostName takes the tokens %h and %%. */
function expandHost(line: ConfigLine | undefined, host: string): string {
  const name = line?.words[0];
  if (name === undefined) return host;
  return name.replaceAll(/%[h%]/gu, (token) => (token === '%h' ? host : '%'));
}

function unique(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const seen = new Map(
    problems.map((problem) => [`${formatPlace(problem.place)} ${problem.whatIs}`, problem]),
  );
  return [...seen.values()];
}

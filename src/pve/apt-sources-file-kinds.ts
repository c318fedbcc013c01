import { decodeAptList, encodeAptList, listRepositories } from './apt-sources-list.ts';
import {
  decodeAptSources,
  encodeAptSources,
  sourcesStanzas,
  stanzaRepositories,
} from './apt-sources-stanza.ts';
import { isSourceType, normalRepositories, repositoryProblem, type Repository } from './apt-sources.ts';
import type { FileKind, Finding, Inspected } from './file-kind.ts';

export const aptListFile: FileKind = {
  kind: 'apt-list',
  summary: "APT's package sources, one a line: sources.list and sources.list.d/*.list.",
  path: /^\/etc\/apt\/(?:sources\.list|sources\.list\.d\/[\w.-]+\.list)$/u,
  looksLike: (text) => {
    const all = listRepositories(decodeAptList(text));
    return all.some(({ enabled }) => enabled) ? 'certain' : all.length > 0 ? 'likely' : 'no';
  },
  inspect: inspectList,
};

export const aptSourcesFile: FileKind = {
  kind: 'apt-sources',
  summary: "APT's package sources in stanzas: sources.list.d/*.sources.",
  path: /^\/etc\/apt\/sources\.list\.d\/[\w.-]+\.sources$/u,
  looksLike: (text) => (/^Types[ \t]*:[ \t]*deb\b/imu.test(text) ? 'certain' : 'no'),
  inspect: inspectSources,
};

function inspectList(text: string): Inspected {
  const file = decodeAptList(text);
  const repositories = listRepositories(file);
  const broken = file.lines.flatMap((line, index) =>
    line.type === 'broken' ? [finding('error', 'apt-list/broken-line', index + 1, line.problem)] : [],
  );
  return {
    value: { repositories },
    encoded: encodeAptList(file),
    normal: {
      repositories: normalRepositories(repositories),
      broken: file.lines.flatMap((line) => (line.type === 'broken' ? [line.text.trim()] : [])),
    },
    findings: [...broken, ...repeats('apt-list', repositories)].toSorted((a, b) => a.line - b.line),
    refs: [],
    defines: [],
  };
}

function inspectSources(text: string): Inspected {
  const file = decodeAptSources(text);
  const repositories = stanzaRepositories(file);
  const broken = file.lines.flatMap((line) => (line.type === 'broken' ? [line.text.trim()] : []));
  // With white space between two stanzas apt reads them as one.
  const isJoined = (index: number): boolean =>
    isText(file.lines[index - 1]?.type) && isText(file.lines[index + 1]?.type);
  const joined = file.lines.flatMap((line, index) =>
    line.type === 'spaces' && isJoined(index) ? [index + 1] : [],
  );
  return {
    value: { repositories },
    encoded: encodeAptSources(file),
    normal: {
      repositories: normalRepositories(repositories),
      broken: joined.length === 0 ? broken : [...broken, text],
    },
    findings: [
      ...file.lines.flatMap((line, index) =>
        line.type === 'broken'
          ? [
              finding(
                'error',
                'apt-sources/broken-line',
                index + 1,
                `"${line.text.trim()}" is no field; "Name: value" is wanted`,
              ),
            ]
          : [],
      ),
      ...joined.map((line) =>
        finding(
          'warning',
          'apt-sources/blank-line',
          line,
          'a line of white space ends no stanza for apt; an empty line is wanted',
        ),
      ),
      ...repositories.flatMap((repository) => {
        const problem = repositoryProblem(repository);
        // apt passes over a stanza that is off, once it has seen its types; PVE does not.
        const isPassedOver =
          !repository.enabled && repository.types.length > 0 && repository.types.every(isSourceType);
        const severity = isPassedOver ? 'warning' : 'error';
        return problem === undefined
          ? []
          : [finding(severity, 'apt-sources/incomplete', repository.line, problem)];
      }),
      ...sourcesStanzas(file).flatMap(({ fields }) =>
        fields.flatMap(({ name, index }, at) => {
          const isRepeat = fields
            .slice(0, at)
            .some((other) => other.name.toLowerCase() === name.toLowerCase());
          const message = `"${name}" is given twice in a stanza, and the last counts; one is wanted`;
          return isRepeat ? [finding('warning', 'apt-sources/repeated-field', index + 1, message)] : [];
        }),
      ),
      ...repeats('apt-sources', repositories),
    ].toSorted((a, b) => a.line - b.line),
    refs: [],
    defines: [],
  };
}

const isText = (type: string | undefined): boolean =>
  type === 'field' || type === 'more' || type === 'comment' || type === 'broken';

const finding = (severity: Finding['severity'], code: string, line: number, message: string): Finding => ({
  line,
  severity,
  code,
  message,
});

/** Sources that are there twice, of which apt warns at every update. */
function repeats(kind: string, repositories: readonly Repository[]): readonly Finding[] {
  const seen = new Map<string, number>();
  return repositories.flatMap((repository) => {
    if (!repository.enabled || repositoryProblem(repository) !== undefined) return [];
    const { types, uris, suites, components, line } = repository;
    const names = types.flatMap((type) =>
      uris.flatMap((uri) =>
        suites.flatMap((suite) =>
          (components.length === 0 ? [''] : components).map((part) =>
            [type, uri.replace(/\/$/u, ''), suite, part].join(' '),
          ),
        ),
      ),
    );
    const again = names.find((name) => seen.has(name));
    const before = seen.get(again ?? '');
    for (const name of names) if (!seen.has(name)) seen.set(name, line);
    if (again === undefined || before === undefined || before === line) return [];
    const message = `"${again.trimEnd()}" is in line ${before} already; one is wanted`;
    return [finding('warning', `${kind}/repeated`, line, message)];
  });
}

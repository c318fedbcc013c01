import type { Facts, HostRead, PathFacts } from './host/facts.ts';
import type { FileLine, LineFiles } from './host/file-lines.ts';
import { lineFile, lineReads, linesOfFiles } from './host/file-lines.ts';
import type { Decision, HostAct } from './host/host-task.ts';
import { plainHostTask } from './host/host-task.ts';
import type { Values } from './host/parameters.ts';
import { choice, preset, plainText } from './host/parameters.ts';
import { writeAct } from './host/write-file.ts';

const parameters = {
  name: plainText('The module.'),
  state: preset(choice(['present', 'absent'], 'Whether it is loaded.'), 'present'),
  params: preset(plainText('Its options.'), ''),
  persistent: preset(
    choice(['disabled', 'present', 'absent'], 'Whether it is loaded at each boot; disabled: as it is.'),
    'disabled',
  ),
};

type ModuleValues = Values<typeof parameters>;

/** A module of the kernel, as Ansible's module. */
export const modprobe = plainHostTask({
  name: 'modprobe',
  help: 'A module of the kernel: loaded, now and at each boot.',
  parameters,
  notYet: [],
  changes: true,
  check: ({ name }) =>
    /^[\w-]+$/u.test(name) ? [] : [{ argument: 'name', what: `"${name}" is no name of a module` }],
  reads: ({ name }): readonly HostRead[] => [
    { read: 'path', path: MODULES, content: true },
    { read: 'output', argv: builtInArgv(name), timeoutSeconds: 10 },
    { read: 'path', path: loadFile(name) },
    { read: 'path', path: optionsFile(name) },
    ...lineReads(LOADED),
    ...lineReads(OPTIONS),
  ],
  decide,
});

/** The kernel's own list of what is loaded. */
const MODULES = '/proc/modules';

/** Ends well where the module is part of the kernel itself; $1 its name, a pattern. */
const BUILT_IN = 'grep -q "/$1\\.ko$" "/lib/modules/$(uname -r)/modules.builtin"';

const builtInArgv = (name: string): readonly string[] => [
  'sh',
  '-c',
  BUILT_IN,
  'builtin',
  name.replaceAll(/[-_]/gu, '[-_]'),
];

const LOADED: LineFiles = { directory: '/etc/modules-load.d', ending: '' };
const OPTIONS: LineFiles = { directory: '/etc/modprobe.d', ending: '' };

const loadFile = (name: string): string => `${LOADED.directory}/${name}.conf`;
const optionsFile = (name: string): string => `${OPTIONS.directory}/${name}.conf`;

function decide(values: ModuleValues, facts: Facts): Decision {
  const { name, state, params } = values;
  const listed = facts.path(MODULES).content?.toString().split('\n') ?? [];
  const isLoaded =
    listed.some((line) => line.startsWith(`${name.replaceAll('-', '_')} `)) ||
    facts.output(builtInArgv(name)).exit === 0;
  const acts: HostAct[] = [];
  if (state === 'present' && !isLoaded) acts.push({ argv: ['modprobe', name, ...wordsOf(params)] });
  if (state === 'absent' && isLoaded) acts.push({ argv: ['modprobe', '-r', name] });
  acts.push(...persistentActs(values, facts));
  const result = { name, state, params };
  return acts.length === 0 ? { is: 'as wanted', result } : { is: 'change', acts, result };
}

const wordsOf = (params: string): readonly string[] => params.split(/\s+/u).filter((word) => word !== '');

/** Lines that load it at boot, or give it options then, are made comments where they are wanted no more, in all files. */
function persistentActs({ name, params, persistent }: ModuleValues, facts: Facts): readonly HostAct[] {
  if (persistent === 'disabled') return [];
  const loads = linesOfFiles(LOADED, facts);
  const options = linesOfFiles(OPTIONS, facts);
  const isLoad = ({ line }: FileLine): boolean => new RegExp(`^ *${name} *(?:[#;].*)?$`, 'u').test(line);
  const option = ({ line }: FileLine): string | undefined =>
    new RegExp(`^options ${name} (?<option>\\w+=\\S+) *(?:[#;].*)?$`, 'u').exec(line)?.groups?.['option'];
  const isOption = (line: FileLine): boolean => option(line) !== undefined;
  if (persistent === 'absent')
    return [
      ...withoutLines(LOADED, loads, isLoad, facts),
      ...withoutLines(OPTIONS, options, isOption, facts),
    ];
  const wanted = new Set(wordsOf(params));
  const now = new Set(options.flatMap((line) => option(line) ?? []));
  const isSame = wanted.size === now.size && [...wanted].every((word) => now.has(word));
  const own = optionsFile(name);
  const others = options.filter(({ path }) => path !== own);
  const text = [...wanted].map((word) => `options ${name} ${word}\n`).join('');
  return [
    ...(loads.some(isLoad) ? [] : [writeOf(loadFile(name), `${name}\n`, facts.path(loadFile(name)))]),
    ...(isSame ? [] : withoutLines(OPTIONS, others, isOption, facts)),
    ...(isSame ? [] : [writeOf(own, text, facts.path(own))]),
  ];
}

function withoutLines(
  files: LineFiles,
  lines: readonly FileLine[],
  isOf: (line: FileLine) => boolean,
  facts: Facts,
): readonly HostAct[] {
  const paths = [...new Set(lines.filter(isOf).map(({ path }) => path))];
  return paths.map((path) => {
    const own = lines.filter((each) => each.path === path);
    const text = own.map((each) => `${isOf(each) ? '#' : ''}${each.line}\n`).join('');
    return writeOf(path, text, lineFile(path, files, lines, facts));
  });
}

const writeOf = (path: string, text: string, found: PathFacts | undefined): HostAct =>
  writeAct({ path, content: Buffer.from(text), now: found?.followed, backup: false });

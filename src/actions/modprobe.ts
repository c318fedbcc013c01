import type { Facts, HostRead } from './host/facts.ts';
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
    { read: 'path', path: loadedPath(name) },
    { read: 'path', path: loadFile(name), content: true },
    { read: 'path', path: optionsFile(name), content: true },
  ],
  decide,
});

const loadedPath = (name: string): string => `/sys/module/${name.replaceAll('-', '_')}`;
const loadFile = (name: string): string => `/etc/modules-load.d/${name}.conf`;
const optionsFile = (name: string): string => `/etc/modprobe.d/${name}.conf`;

function decide(values: ModuleValues, facts: Facts): Decision {
  const { name, state, params, persistent } = values;
  const isLoaded = facts.path(loadedPath(name)).status !== undefined;
  const words = params.split(/\s+/u).filter((word) => word !== '');
  const acts: HostAct[] = [];
  if (state === 'present' && !isLoaded) acts.push({ argv: ['modprobe', name, ...words] });
  if (state === 'absent' && isLoaded) acts.push({ argv: ['modprobe', '-r', name] });
  if (persistent !== 'disabled') {
    const isKept = persistent === 'present';
    acts.push(
      ...fileActs(loadFile(name), isKept ? `${name}\n` : undefined, facts),
      ...fileActs(
        optionsFile(name),
        isKept && words.length > 0 ? `options ${name} ${words.join(' ')}\n` : undefined,
        facts,
      ),
    );
  }
  const result = { name, state, params };
  return acts.length === 0 ? { is: 'as wanted', result } : { is: 'change', acts, result };
}

function fileActs(path: string, wanted: string | undefined, facts: Facts): readonly HostAct[] {
  const { content, followed: now, status } = facts.path(path);
  if (wanted === undefined) return status === undefined ? [] : [{ argv: ['rm', '-f', path] }];
  if (content?.toString() === wanted) return [];
  return [writeAct({ path, content: Buffer.from(wanted), now, backup: false })];
}

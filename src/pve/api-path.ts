/**
 * The values of the parameters in a path: '/nodes/{node}/qemu' matches '/nodes/pve1/qemu' with node pve1;
 * undefined when the path is not of that form.
 */
export function matchPath(template: string, path: string): ReadonlyMap<string, string> | undefined {
  const { pattern, names } = compile(template);
  const values = pattern.exec(path);
  return values === null ? undefined : new Map(names.map((name, index) => [name, values[index + 1] ?? '']));
}

interface Template {
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

const compiled = new Map<string, Template>();

function compile(template: string): Template {
  const known = compiled.get(template);
  if (known !== undefined) return known;
  const names: string[] = [];
  const source = template.replaceAll(/\{(?<name>[^}]+)\}/gu, (_, name: string) => {
    names.push(name);
    return takesSlashes.has(name) ? '([^]+)' : '([^/]+)';
  });
  const made = { pattern: new RegExp(`^${source}$`, 'u'), names };
  compiled.set(template, made);
  return made;
}

/** Volumes and networks have slashes; PVE takes the rest of the path for them ("fragmentDelimiter" in pve-storage's and pve-firewall's API). */
const takesSlashes = new Set(['volume', 'cidr']);

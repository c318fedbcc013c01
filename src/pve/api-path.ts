/**
 * The values of the parameters in a path: '/nodes/{node}/qemu' matches '/nodes/pve1/qemu' with node pve1;
 * undefined when the path is not of that form.
 */
export function matchPath(template: string, path: string): ReadonlyMap<string, string> | undefined {
  const wanted = template.split('/');
  const parts = path.split('/');
  if (wanted.length !== parts.length) return undefined;
  const found = new Map<string, string>();
  for (const [index, part] of parts.entries()) {
    const name = /^\{(?<name>.+)\}$/u.exec(wanted[index] ?? '')?.groups?.['name'];
    if (name === undefined ? wanted[index] !== part : part === '') return undefined;
    if (name !== undefined) found.set(name, part);
  }
  return found;
}

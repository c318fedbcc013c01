import type { HostDraft, Variables } from './draft.ts';
import type { Render } from './render-connection.ts';

/** A host with its groups (`all` first) and variables, merged but not rendered. */
export interface MergedHost {
  readonly host: HostDraft;
  readonly groups: readonly string[];
  readonly merged: Variables;
}

type Values = Readonly<Record<string, unknown>>;

/** Variables by name, without their places. */
export function valuesOf(variables: Variables): Values {
  return Object.fromEntries([...variables].map(([name, { value }]) => [name, value]));
}

/**
 * Makes what templates in connection variables may name: the host's own variables, `inventory_hostname`,
 * `inventory_hostname_short`, `group_names`, `groups`, and `hostvars`, in which what can't be rendered is undefined.
 */
export function knownVariables(
  hosts: readonly MergedHost[],
  groups: readonly string[],
  render: Render,
): (host: MergedHost) => Values {
  let hostsOfGroups: Values | undefined;
  let hostvars: Values | undefined;
  return ({ host, groups: own, merged }) => ({
    ...valuesOf(merged),
    ...identity(host.name, own),
    groups: () =>
      (hostsOfGroups ??= Object.fromEntries(
        groups.map((name) => [
          name,
          hosts.filter((each) => each.groups.includes(name)).map((each) => each.host.name),
        ]),
      )),
    hostvars: () =>
      (hostvars ??= Object.fromEntries(
        hosts.map((each) => [each.host.name, renderedVariables(each, render)]),
      )),
  });
}

function identity(name: string, groups: readonly string[]): Values {
  const [short = name] = name.split('.');
  return {
    inventory_hostname: name,
    inventory_hostname_short: short,
    group_names: groups.filter((group) => group !== 'all').toSorted(),
  };
}

function renderedVariables({ host, groups, merged }: MergedHost, render: Render): Values {
  const own = { ...valuesOf(merged), ...identity(host.name, groups) };
  return Object.fromEntries(
    Object.entries(own).flatMap(([name, value]) => {
      const rendered = render(value, {}, own);
      return rendered.ok ? [[name, rendered.value]] : [];
    }),
  );
}

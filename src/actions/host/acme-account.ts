/**
 * The name of the ACME account that a node's configuration gets its certificate with; undefined when it names no domain
 * to get one for (pve-manager, PVE/NodeConfig.pm, get_acme_conf).
 */
export function acmeAccount(config: string): string | undefined {
  const acme = /^acme:[ \t]*(?<value>.*)$/mu.exec(config)?.groups?.['value'] ?? '';
  const parts = new Map(
    acme.split(',').map((part) => {
      const [key = '', ...value] = part.trim().split('=');
      return [key, value.join('=')] as const;
    }),
  );
  const hasDomain = (parts.get('domains') ?? '') !== '' || /^acmedomain\d+:/mu.test(config);
  return hasDomain ? (parts.get('account') ?? 'default') : undefined;
}

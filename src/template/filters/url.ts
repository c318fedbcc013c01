/** Parts of a URL as Python's urlsplit finds them; a name of one gives it alone. */
export function urlSplit(url: string, part: string): unknown {
  const parts = partsOf(url);
  if (part === '') return parts;
  if (!Object.hasOwn(parts, part))
    throw new Error(`knows no part "${part}"; ${Object.keys(parts).join(', ')} are there`);
  return parts[part];
}

function partsOf(url: string): Readonly<Record<string, string | number | null>> {
  const { scheme, netloc, path, query, fragment } =
    /^(?:(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/(?<netloc>[^/?#]*))?(?<path>[^?#]*)(?:\?(?<query>[^#]*))?(?:#(?<fragment>.*))?$/su.exec(
      url,
    )?.groups ?? {};
  const {
    user,
    host = '',
    port,
  } = /^(?:(?<user>.*)@)?(?<host>\[[^\]]*\]|[^:]*)(?::(?<port>\d*))?$/su.exec(netloc ?? '')?.groups ?? {};
  const [username, ...password] = user?.split(':') ?? [];
  return {
    fragment: fragment ?? '',
    hostname: host === '' ? null : host.replace(/^\[(.*)\]$/su, '$1').toLowerCase(),
    netloc: netloc ?? '',
    password: password.length > 0 ? password.join(':') : null,
    path: path ?? '',
    port: port === undefined || port === '' ? null : Number(port),
    query: query ?? '',
    scheme: (scheme ?? '').toLowerCase(),
    username: username ?? null,
  };
}

/** Whether a text is a URI of one of these schemes, if any are given. */
export const isUri = (value: string, schemes: readonly unknown[]): boolean =>
  schemes.length === 0 || schemes.includes(partsOf(value)['scheme']);

/** A URI that names a host, or a file. */
export function isUrl(value: string, schemes: readonly unknown[]): boolean {
  const { netloc, scheme } = partsOf(value);
  return isUri(value, schemes) && (netloc !== '' || scheme === 'file');
}

/** What is no code of a byte is left as it is. */
export const urlDecoded = (value: string): string =>
  value
    .replaceAll('+', ' ')
    .replaceAll(/(?:%[0-9a-f]{2})+/giu, (codes) =>
      Buffer.from(codes.replaceAll('%', ''), 'hex').toString('utf8'),
    );

/** In a path a slash stays; in a query a space is a plus. */
export function urlEncoded(value: string, within: 'path' | 'query'): string {
  const coded = encodeURIComponent(value).replaceAll(
    /[!'()*]/gu,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return within === 'path' ? coded.replaceAll('%2F', '/') : coded.replaceAll('%20', '+');
}

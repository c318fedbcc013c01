/** What stands for the tokens of ssh_config(5), TOKENS. */
export interface TokenValues {
  /** %h */
  readonly hostname: string;
  /** %n */
  readonly host: string;
  /** %p */
  readonly port: number;
  /** %r */
  readonly user: string;
  /** %k */
  readonly hostKeyAlias: string;
  /** %d */
  readonly home: string;
  /** %u */
  readonly localUser: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The end of a sentence why a text cannot be expanded. */
export interface NotExpanded {
  readonly whatIs: string;
}

/** A command with its tokens replaced; the shell does the rest. */
export function expandTokens(text: string, values: TokenValues): string | NotExpanded {
  const known: Readonly<Record<string, string>> = {
    '%': '%',
    h: values.hostname,
    n: values.host,
    p: String(values.port),
    r: values.user,
    k: values.hostKeyAlias,
    d: values.home,
    u: values.localUser,
  };
  let wrong: string | undefined;
  const expanded = text.replaceAll(/%(.?)/gsu, (token, letter: string) => {
    const value = known[letter];
    if (value === undefined) wrong ??= token;
    return value ?? token;
  });
  return wrong === undefined ? expanded : { whatIs: `pvefleet's own ssh does not know the token ${wrong}` };
}

/** A path with its tokens, its "~/" and its ${VARIABLES} replaced. */
export function expandPath(text: string, values: TokenValues): string | NotExpanded {
  const fromHome = text.replace(/^~(?=\/|$)/u, () => values.home.replaceAll('%', '%%'));
  let missing: string | undefined;
  const withVariables = fromHome.replaceAll(/\$\{(\w+)\}/gu, (whole, name: string) => {
    const value = values.environment[name];
    if (value === undefined) missing ??= name;
    return value?.replaceAll('%', '%%') ?? whole;
  });
  if (missing !== undefined) return { whatIs: `the environment has no ${missing}` };
  return expandTokens(withVariables, values);
}

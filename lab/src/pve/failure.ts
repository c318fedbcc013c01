/**
 * What Perl's `die` is to PVE's tools. The lab models their flow of errors: a method stops where the real one dies, and its caller may
 * catch that, so here an expected failure is thrown.
 */
export class Failure extends Error {
  /** 400 for what PVE raises as "bad request": the tool then adds its usage line. */
  readonly code: 400 | undefined;
  readonly errors: ReadonlyMap<string, string>;

  /** `message` ends with a line feed, as the texts in PVE's source do. */
  constructor(message: string, code?: 400, errors: ReadonlyMap<string, string> = new Map()) {
    super(message);
    this.code = code;
    this.errors = errors;
  }

  /** As PVE::Exception prints itself: code, message, a line for each parameter. */
  get text(): string {
    const head = this.code === undefined ? this.message : `${this.code} ${this.message}`;
    return head + [...this.errors].map(([name, error]) => `${name}: ${error}\n`).join('');
  }
}

/** The node lost its power: nothing of the run is left that could catch this, or clean up. */
export class PowerLost extends Error {}

/** Stops as Perl's die does; a missing line feed at the end is added. */
export function die(message: string): never {
  throw new Failure(message.endsWith('\n') ? message : `${message}\n`);
}

/** PVE's raise_param_exc: parameters that are refused by a method's own code. */
export function refuseParameters(errors: Readonly<Record<string, string>>): never {
  throw new Failure('Parameter verification failed.\n', 400, new Map(Object.entries(errors)));
}

/** The text of something thrown; what is not a Failure is a bug and thrown on. */
export function failureText(thrown: unknown): string {
  if (thrown instanceof Failure) return thrown.text;
  throw thrown;
}

/** Runs and returns the failure's text, or undefined when all went well: Perl's `eval { ... }; $@`. */
export function attempt(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (thrown) {
    return failureText(thrown);
  }
}

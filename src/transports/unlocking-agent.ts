import ssh2, {
  type IdentityCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2';

type AnyKey = string | Buffer | ParsedKey;

/** What ssh2 takes for an agent: it holds one key, and has it unlocked when it is to sign. */
export class UnlockingAgent extends ssh2.BaseAgent {
  readonly #key: ParsedKey;
  readonly #unlock: () => Promise<ParsedKey | undefined>;

  constructor(key: ParsedKey, unlock: () => Promise<ParsedKey | undefined>) {
    super();
    this.#key = key;
    this.#unlock = unlock;
  }

  override getIdentities(answer: IdentityCallback<AnyKey>): void {
    answer(undefined, [this.#key]);
  }

  override sign(key: AnyKey, data: Buffer, options: SigningRequestOptions, answer?: SignCallback): void;
  override sign(key: AnyKey, data: Buffer, answer: SignCallback): void;
  override sign(
    _key: AnyKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    given?: SignCallback,
  ): void {
    const answer = typeof options === 'function' ? options : given;
    const hash = typeof options === 'function' ? undefined : options.hash;
    const signed = this.#unlock().then((key) => key?.sign(data, hash) ?? new Error('not unlocked'));
    signed.then(
      (result) =>
        Buffer.isBuffer(result) ? answer?.(undefined, result) : answer?.(new Error(String(result))),
      (error: unknown) => answer?.(new Error(String(error))),
    );
  }
}

/** A parameter, or one key of a property string, as PVE's JSON schema has it. */
export interface Schema {
  readonly type?: string;
  /** A named format, or the keys of a property string. */
  readonly format?: string | Properties;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A Perl regular expression, anchored at both ends. */
  readonly pattern?: string;
  readonly optional?: number;
  readonly default?: string;
  /** 1 for the key that may be written without its name. */
  readonly default_key?: number;
  readonly alias?: string;
  readonly keyAlias?: string;
  readonly requires?: string;
  /** What each entry of an array is. */
  readonly items?: Schema;
}

/** Parameters of a method, or the keys of a property string, by name. */
export type Properties = Readonly<Record<string, Schema>>;

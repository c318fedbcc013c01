/** PVE's parameter schema (PVE::JSONSchema) as data: what the tables in this folder are made of. */

/** A value's type and bounds. A text value may itself be a property string, whose keys `format` then holds. */
export interface PropertySchema {
  /** Left out for an alias only. */
  readonly type?: 'string' | 'boolean' | 'integer' | 'number' | 'array';
  readonly optional?: boolean;
  /** PVE's documented default; some are sentences, not values. */
  readonly default?: string | number;
  /** In a property string: this key may be left out, the value stands alone. */
  readonly defaultKey?: boolean;
  /** This default key is written with its name all the same. */
  readonly named?: boolean;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Regular expression for the whole value. */
  readonly pattern?: string;
  /** Name of a format (formats.ts, named-property-formats.ts), or the keys of a property string. */
  readonly format?: string | PropertyFormat;
  /** This key is another spelling of that one. */
  readonly alias?: string;
  /** Writing this key also sets that one to this key's name: `virtio=MAC` is `model=virtio,macaddr=MAC`. */
  readonly keyAlias?: string;
  /** Of an array: each of its values. */
  readonly items?: PropertySchema;
  /** This key is refused without that one. */
  readonly requires?: string;
}

/** The keys of a property string. */
export type PropertyFormat = Readonly<Record<string, PropertySchema>>;

/** Options of a guest's config or parameters of a method; a name like "net[n]" stands for net0, net1, ... */
export type SchemaTable = Readonly<Record<string, PropertySchema>>;

/** Parameters of one API method. */
export interface MethodSchema {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** API path with its parameters in braces: /nodes/{node}/qemu/{vmid}/config */
  readonly path: string;
  /** It also takes every option of that kind of guest's config. */
  readonly options?: 'vm' | 'container';
  /** Its parameters, those in the path too. */
  readonly params: SchemaTable;
}

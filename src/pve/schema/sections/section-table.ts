import type { PropertySchema } from '../property-schema.ts';

/** One option of a section, as PVE's schema describes it. */
export interface SectionProperty extends PropertySchema {
  /** It may stand in a section more than once, one value a line; the schema is that of one value. */
  readonly repeated?: true;
}

/** Every option that the sections of a file may hold; which type takes which is said by the kind of file. */
export type SectionTable = Readonly<Record<string, SectionProperty>>;

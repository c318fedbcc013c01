import { describe, expect, test } from 'vitest';
import { findProperty } from '../../src/modules/property.ts';
import { findModule } from '../../src/modules/registry.ts';
import { propertyFormat } from '../../src/pve/named-property-formats.ts';
import { optionNames, optionSchema } from '../../src/pve/option-schema.ts';
import type { GuestKind } from '../../src/pve/option-schema.ts';

/** The tables of src/pve/schema are made of PVE's API schema, so what it has and the rows lack is missing here. */
describe.each<GuestKind>(['vm', 'container'])('%s', (kind) => {
  const module = findModule(kind);
  const properties = module?.properties ?? [];

  test('every option of PVE is a row', () => {
    expect(optionNames(kind).filter((name) => findProperty(properties, name) === undefined)).toEqual([]);
  });

  test("every row is an option of PVE's, or one that no command sets", () => {
    const isOption = ({ name, indexed, shape, transient }: (typeof properties)[number]): boolean =>
      shape === 'lines' ||
      transient === true ||
      optionSchema(kind, indexed === true ? `${name}0` : name) !== undefined;
    expect(properties.filter((row) => !isOption(row)).map(({ name }) => name)).toEqual([]);
  });

  test('every sub-property is one that a spec may name', () => {
    const unknown = optionNames(kind).flatMap((name) => {
      const row = findProperty(properties, name);
      const schema = optionSchema(kind, name);
      const format = schema && propertyFormat(schema);
      if (row?.refused !== undefined || format === undefined) return [];
      return Object.keys(format).flatMap((key) => {
        const parsed = module?.parse(
          { kind, args: { vmid: 100, [name]: { [key]: null } }, positions: {}, declaredBy: 'test' },
          'lab',
        );
        const told = parsed?.ok === false ? parsed.diagnostics.map(({ message }) => message) : [];
        return told.some((message) => message.includes('no sub-property')) ? [`${name}.${key}`] : [];
      });
    });
    expect(unknown).toEqual([]);
  });

  test('every property string has the shape of one', () => {
    const wrong = optionNames(kind).filter((name) => {
      const row = findProperty(properties, name);
      const schema = optionSchema(kind, name);
      const isString = schema !== undefined && propertyFormat(schema) !== undefined;
      return (
        row !== undefined &&
        row.refused === undefined &&
        isString !== ['property-string', 'disk'].includes(row.shape)
      );
    });
    expect(wrong).toEqual([]);
  });
});

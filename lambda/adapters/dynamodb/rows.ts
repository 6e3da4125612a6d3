import * as v from 'valibot';
import { parseJson } from '../../basics/json.ts';
import { RowUnreadable } from '../../ports/errors.ts';
import type { Sealer } from '../../ports/sealer.ts';
import type { Key, Row } from './table.ts';

/** ISO 8601, as a port hands it over. */
export const moment = v.pipe(
  v.string(),
  v.check((text) => !Number.isNaN(Date.parse(text))),
);

/** The same moment in the one spelling whose order as text is the order in time. */
export const sortable = (iso: string): string => new Date(iso).toISOString();

const nameOf = ({ pk, sk }: Key): string => `${pk}/${sk}`;

/**
 * Reads a row, which may come from an older or newer version of us, or from another hand.
 * @throws RowUnreadable whose cause names the row and its fields, and no value
 */
export function parseRow<Schema extends v.GenericSchema>(schema: Schema, row: Row): v.InferOutput<Schema> {
  const result = v.safeParse(schema, row);
  if (result.success) return result.output;
  throw unreadable(row, result.issues.map((issue) => v.getDotPath(issue) ?? 'the whole').join(', '));
}

/** Seals and opens fields of rows; a field that was moved to another row or another field does not open. */
export interface FieldSealer {
  seal(key: Key, field: string, value: object): string;
  /** @throws RowUnreadable: a row that does not open is our own fault, and says nothing about the token that led to it */
  open<Schema extends v.GenericSchema>(key: Key, field: string, sealed: string, schema: Schema): v.InferOutput<Schema>;
}

export function createFieldSealer(sealer: Sealer): FieldSealer {
  const contextOf = (key: Key, field: string) => `${nameOf(key)}/${field}`;

  /** @returns undefined for what is no JSON */
  function opened(key: Key, field: string, sealed: string): unknown {
    let json: string;
    try {
      json = sealer.open(sealed, contextOf(key, field));
    } catch (cause) {
      throw unreadable(key, field, cause);
    }
    return parseJson(json); // an error of JSON.parse would show the text
  }

  return {
    seal: (key, field, value) => sealer.seal(JSON.stringify(value), contextOf(key, field)),
    open(key, field, sealed, schema) {
      const result = v.safeParse(schema, opened(key, field, sealed));
      if (result.success) return result.output;
      throw unreadable(key, field);
    },
  };
}

function unreadable(key: Key, fields: string, cause?: unknown): RowUnreadable {
  const reason = new Error(`row ${nameOf(key)} is not readable: ${fields}`, cause === undefined ? {} : { cause });
  return new RowUnreadable('a row of the table is not readable', { cause: reason });
}

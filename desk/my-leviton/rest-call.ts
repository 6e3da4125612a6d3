import type { IncomingHttpHeaders } from 'node:http';
import type { Accounts, Person, Session } from './accounts.ts';
import type { Answer } from './answers.ts';
import type { Devices } from './devices.ts';
import type { ResidenceRegistry } from './residences.ts';

/** The cloud without its HTTP. */
export interface Cloud {
  readonly accounts: Accounts;
  readonly residenceRegistry: ResidenceRegistry;
  readonly devices: Devices;
}

/** A request as it came. `path` is without the query; `body` is parsed JSON or a form. */
export interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export type Fields = Readonly<Record<string, unknown>>;

export interface Call {
  readonly cloud: Cloud;
  /** What stands in the path for each `:id`. */
  readonly ids: readonly string[];
  readonly query: URLSearchParams;
  readonly fields: Fields;
  /** Relations that the `filter` asks for. */
  readonly include: readonly string[];
}

export interface PersonCall extends Call {
  readonly person: Person;
  readonly session: Session;
}

export type Route =
  | { readonly open: true; readonly handle: (call: Call) => Answer }
  | { readonly open: false; readonly handle: (call: PersonCall) => Answer };

export const open = (handle: (call: Call) => Answer): Route => ({ open: true, handle });
export const signedIn = (handle: (call: PersonCall) => Answer): Route => ({ open: false, handle });

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

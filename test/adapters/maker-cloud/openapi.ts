import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

export const OPENAPI_FILE = join(import.meta.dirname, '../../../lambda/adapters/maker-cloud/openapi.yaml');

/** The contract's document, as its own text. */
export const document: unknown = parse(readFileSync(OPENAPI_FILE, 'utf8'));

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ ...(document as object), $id: 'contract' });

/** What is wrong with a value, by a schema of the contract; empty when nothing is. */
export function problemsOf(schema: string, value: unknown): string[] {
  const validate = ajv.getSchema(`contract#/components/schemas/${schema}`);
  if (!validate) throw new Error(`the contract has no schema ${schema}`);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${schema}${instancePath} ${message}`);
}

interface Exchange {
  readonly channel: 'rest' | 'event';
  readonly request: { readonly method: string; readonly path: string; readonly body?: unknown };
  readonly response: { readonly status: number; readonly body?: unknown };
}

/** The schemas of request and of good answer, by method and path. */
const CALLS: Readonly<
  Record<string, { readonly asked?: string; readonly status: number; readonly answered?: string }>
> = {
  'POST /sessions': { asked: 'SignIn', status: 201, answered: 'Session' },
  'DELETE /sessions/current': { status: 204 },
  'GET /devices': { status: 200, answered: 'DeviceList' },
  'GET /devices/:id': { status: 200, answered: 'Device' },
  'PATCH /devices/:id': { asked: 'Change', status: 200, answered: 'Device' },
  'POST event': { asked: 'DeviceEvents', status: 200, answered: 'EventsTaken' },
};

/** What of one exchange is not as the contract has it. */
export function exchangeProblems({ channel, request, response }: Exchange): string[] {
  const path = request.path.replace(/^\/devices\/[A-Za-z0-9_-]+$/, '/devices/:id');
  const name = channel === 'event' ? 'POST event' : `${request.method} ${path}`;
  const call = CALLS[name];
  if (!call) return [`${name}: no call of the contract`];
  const asked = call.asked ? problemsOf(call.asked, request.body) : [];
  if (response.status === 0) return asked;
  if (response.status === call.status) {
    return [...asked, ...(call.answered ? problemsOf(call.answered, response.body) : [])];
  }
  if (response.status < 400) return [...asked, `${name}: ${response.status}`];
  return [...asked, ...problemsOf(channel === 'event' ? 'EventsRefusal' : 'Problem', response.body)];
}

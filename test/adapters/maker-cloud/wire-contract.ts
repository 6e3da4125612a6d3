import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseJson } from '../../../lambda/basics/json.ts';
import type { DeviceCloudHarness } from '../device-cloud-contract.ts';
import { problemsOf } from './openapi.ts';

// What a maker's cloud must answer to requests that the adapter never sends, or sends only when an answer was lost.

export interface WireHarness
  extends Pick<
    DeviceCloudHarness,
    'credentials' | 'addDevice' | 'addForeignDevice' | 'unknownDeviceId' | 'unplug' | 'shows' | 'close'
  > {
  /** The base address. */
  readonly url: string;
}

interface Answered {
  readonly status: number;
  readonly code?: string;
  readonly body: unknown;
}

const lamp = { name: 'Lamp', dimmable: true, power: 'OFF', level: 40 } as const;

/** The suite for the address of a cloud: every row is a sentence of `openapi.yaml`. */
export function makerWireContract(name: string, setup: () => Promise<WireHarness>): void {
  describe(`${name} on the wire`, () => {
    let harness: WireHarness;
    let token: string;
    beforeEach(async () => {
      harness = await setup();
      const { body } = await send('POST', '/sessions', harness.credentials);
      ({ accessToken: token } = body as { accessToken: string });
    });
    afterEach(() => harness.close());

    async function send(method: string, path: string, body?: unknown, headers: object = {}): Promise<Answered> {
      const response = await fetch(harness.url + path, {
        method,
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const { status } = response;
      const answer = parseJson(await response.text());
      if (status < 400) return { status, body: answer };
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(problemsOf('Problem', answer)).toEqual([]);
      return { status, body: answer, code: String((answer as { code: string }).code) };
    }
    const change = (id: string, body: unknown, key: string = randomUUID()) =>
      send('PATCH', `/devices/${id}`, body, { 'Idempotency-Key': key });

    test('the same change sent again changes nothing more, and gets the first answer', async () => {
      const id = harness.addDevice(lamp);
      const key = randomUUID();
      const first = await change(id, { power: 'ON', level: 30 }, key);
      expect(await change(id, { power: 'OFF' })).toMatchObject({ status: 200, body: { power: 'OFF' } });
      expect(await change(id, { power: 'ON', level: 30 }, key)).toEqual(first);
      expect(await send('GET', `/devices/${id}`)).toMatchObject({ body: { power: 'OFF', level: 30 } });
    });

    test('the key of another account names another change', async () => {
      const id = harness.addDevice(lamp);
      const key = randomUUID();
      await change(id, { power: 'ON' }, key);
      expect(await change(harness.addForeignDevice(), { power: 'ON' }, key)).toMatchObject({
        code: 'device-not-found',
      });
    });

    test.each([1, 100])('the level %d is taken', async (level) => {
      const id = harness.addDevice(lamp);
      expect(await change(id, { level })).toMatchObject({ status: 200, body: { level, power: 'OFF' } });
    });

    test.each([
      { when: 'level 0', body: { power: 'ON', level: 0 } },
      { when: 'level 101', body: { level: 101 } },
      { when: 'a negative level', body: { level: -1 } },
      { when: 'a broken level', body: { level: 30.5 } },
      { when: 'a level as a text', body: { level: '30' } },
      { when: 'no level', body: { level: null } },
      { when: 'another power', body: { power: 'DIM' } },
      { when: 'an empty change', body: {} },
      { when: 'a list', body: [] },
      { when: 'no JSON', body: '{"power":' },
    ])('a change with $when is refused, and changes nothing', async ({ body }) => {
      const id = harness.addDevice(lamp);
      const { status, code = '' } = await change(id, body);
      expect([status, code]).toEqual(status === 400 ? [400, 'malformed'] : [422, 'invalid-value']);
      expect(await send('GET', `/devices/${id}`)).toMatchObject({ body: { power: 'OFF', level: 40 } });
    });

    test('a level for a device that does not dim is refused', async () => {
      const id = harness.addDevice({ ...lamp, dimmable: false });
      expect(await change(id, { power: 'ON', level: 30 })).toMatchObject({ status: 422, code: 'invalid-value' });
    });

    test('a device that is not connected takes no change', async () => {
      const id = harness.addDevice(lamp);
      harness.unplug(id);
      expect(await change(id, { power: 'ON' })).toMatchObject({ status: 409, code: 'device-offline' });
      expect(await send('GET', `/devices/${id}`)).toMatchObject({ status: 200, body: { connected: false } });
    });

    test('a device that is not there, and somebody else’s, are answered alike', async () => {
      for (const id of [harness.unknownDeviceId, harness.addForeignDevice()]) {
        const isUnknown = { status: 404, code: 'device-not-found' };
        expect(await send('GET', `/devices/${id}`)).toMatchObject(isUnknown);
        expect(await change(id, { power: 'ON' })).toMatchObject(isUnknown);
      }
    });

    test.each(['', 'Bearer ', 'Bearer nobody-issued-this-one', 'Basic YTpi'])(
      'a request with the authorization %j is of no session',
      async (authorization) => {
        const id = harness.addDevice(lamp);
        const headers = { Authorization: authorization, 'Idempotency-Key': randomUUID() };
        for (const [method, path] of [
          ['GET', '/devices'],
          ['GET', `/devices/${id}`],
          ['PATCH', `/devices/${id}`],
        ] as const) {
          const body = method === 'PATCH' ? { power: 'ON' } : undefined;
          expect(await send(method, path, body, headers)).toMatchObject({ status: 401, code: 'session-ended' });
        }
        expect(harness.shows(id).power).toBe('OFF');
      },
    );

    test.each([undefined, '{', '[]', '{}', '{"email":"ada@example.org"}', '{"email":7,"password":{}}'])(
      'a sign-in with the body %j is malformed',
      async (body) => {
        expect(await send('POST', '/sessions', body)).toMatchObject({ status: 400, code: 'malformed' });
      },
    );
  });
}

import { randomUUID } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios from 'axios';

// The minimum that switches a lamp: one axios call over a kept connection, without checks. Our cost is given as a ratio to it.

const { MY_LEVITON_URL, SESSION_TOKEN } = process.env;
const client = axios.create({
  baseURL: MY_LEVITON_URL ?? '',
  headers: { Authorization: SESSION_TOKEN ?? '' },
  httpAgent: new HttpAgent({ keepAlive: true }),
  httpsAgent: new HttpsAgent({ keepAlive: true }),
});

interface DirectiveEvent {
  readonly directive: {
    readonly header: { readonly name: string; readonly correlationToken: string };
    readonly endpoint: { readonly endpointId: string };
  };
}

export const handler = async ({ directive: { header, endpoint } }: DirectiveEvent): Promise<object> => {
  const { endpointId } = endpoint;
  const { data } = await client.put(`/IotSwitches/${endpointId}`, { power: header.name === 'TurnOn' ? 'ON' : 'OFF' });
  return {
    event: {
      header: {
        namespace: 'Alexa',
        name: 'Response',
        payloadVersion: '3',
        messageId: randomUUID(),
        correlationToken: header.correlationToken,
      },
      endpoint: { endpointId },
      payload: {},
    },
    context: {
      properties: [
        {
          namespace: 'Alexa.PowerController',
          name: 'powerState',
          value: data.power,
          timeOfSample: new Date().toISOString(),
          uncertaintyInMilliseconds: 500,
        },
      ],
    },
  };
};

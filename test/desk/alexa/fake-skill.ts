import { randomUUID } from 'node:crypto';
import type { EmulatedAlexa } from '../../../desk/alexa/contract.ts';
import { lampEndpoint, plugEndpoint } from './messages.ts';

/** A directive as far as this skill reads it. */
export interface Directive {
  readonly header: { readonly namespace: string; readonly name: string; readonly correlationToken?: string };
  readonly endpoint?: {
    readonly endpointId: string;
    readonly scope: { readonly token: string };
    readonly cookie: Record<string, string>;
  };
  readonly payload: {
    readonly brightness?: number;
    readonly brightnessDelta?: number;
    readonly grant?: { readonly code: string };
    readonly grantee?: { readonly token: string };
    readonly scope?: { readonly token: string };
  };
}

export interface FakeSkill {
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Every directive it got. */
  readonly heard: Directive[];
  /** Answers in its place while set; `undefined` from it means the usual answer. */
  override: ((directive: Directive) => unknown) | undefined;
  connectivity: 'OK' | 'UNREACHABLE';
  /** What it got from Login with Amazon for the last grant. */
  tokens: { access_token: string; refresh_token: string } | undefined;
}

/** A small skill with one lamp and one plug, both at noon of 1 March 2026 forever. */
export function fakeSkill(alexa: () => EmulatedAlexa): FakeSkill {
  const state = { power: 'OFF', brightness: 60 };
  const skill: FakeSkill = {
    heard: [],
    override: undefined,
    connectivity: 'OK',
    tokens: undefined,
    invoke: async (event) => {
      const { directive } = event as { directive: Directive };
      skill.heard.push(directive);
      return (await skill.override?.(directive)) ?? answer(directive);
    },
  };

  async function answer(directive: Directive): Promise<unknown> {
    const { name } = directive.header;
    if (name === 'Discover') return discovered();
    if (name === 'AcceptGrant') return acceptGrant(directive);
    if (name === 'TurnOn') state.power = 'ON';
    if (name === 'TurnOff') state.power = 'OFF';
    if (name === 'SetBrightness') Object.assign(state, { power: 'ON', brightness: directive.payload.brightness });
    if (name === 'AdjustBrightness') state.brightness += directive.payload.brightnessDelta ?? 0;
    return {
      event: {
        header: header('Alexa', name === 'ReportState' ? 'StateReport' : 'Response', directive),
        endpoint: { endpointId: directive.endpoint?.endpointId },
        payload: {},
      },
      context: { properties: properties(state, skill.connectivity, directive.endpoint?.endpointId === 'plug-1') },
    };
  }

  async function acceptGrant(directive: Directive): Promise<unknown> {
    const response = await postForm(alexa().tokenUrl, {
      grant_type: 'authorization_code',
      code: directive.payload.grant?.code ?? '',
      client_id: alexa().messaging.clientId,
      client_secret: alexa().messaging.clientSecret,
    });
    skill.tokens = (await response.json()) as NonNullable<FakeSkill['tokens']>;
    return { event: { header: header('Alexa.Authorization', 'AcceptGrant.Response', directive), payload: {} } };
  }
  return skill;
}

export const postForm = (url: string, form: Record<string, string>) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(form), signal: AbortSignal.timeout(110_000) });

const header = (namespace: string, name: string, { header: { correlationToken } }: Directive) => ({
  ...{ namespace, name, payloadVersion: '3', messageId: randomUUID() },
  ...(correlationToken !== undefined && { correlationToken }),
});

export const discovered = (endpoints: object[] = [lampEndpoint(), plugEndpoint()]) => ({
  event: {
    header: { namespace: 'Alexa.Discovery', name: 'Discover.Response', payloadVersion: '3', messageId: randomUUID() },
    payload: { endpoints },
  },
});

export const errorAnswer = (directive: Directive, type: string) => ({
  event: {
    header: header('Alexa', 'ErrorResponse', directive),
    endpoint: { endpointId: directive.endpoint?.endpointId },
    payload: { type, message: 'for the log' },
  },
});

const properties = (state: { power: string; brightness: number }, connectivity: string, isPlug: boolean) => {
  const at = { timeOfSample: '2026-03-01T12:00:00.000Z', uncertaintyInMilliseconds: 0 };
  return [
    { namespace: 'Alexa.PowerController', name: 'powerState', value: state.power, ...at },
    ...(isPlug
      ? []
      : [{ namespace: 'Alexa.BrightnessController', name: 'brightness', value: state.brightness, ...at }]),
    { namespace: 'Alexa.EndpointHealth', name: 'connectivity', value: { value: connectivity }, ...at },
  ];
};

/** A ChangeReport for the lamp, complete and right. */
export const changeReport = (accessToken: string, power: string, timeOfSample = '2026-03-01T12:00:01.000Z') => {
  const at = { timeOfSample, uncertaintyInMilliseconds: 0 };
  return {
    event: {
      header: { namespace: 'Alexa', name: 'ChangeReport', payloadVersion: '3', messageId: randomUUID() },
      endpoint: { endpointId: 'lamp-1', scope: { type: 'BearerToken', token: accessToken } },
      payload: {
        change: {
          cause: { type: 'PHYSICAL_INTERACTION' },
          properties: [{ namespace: 'Alexa.PowerController', name: 'powerState', value: power, ...at }],
        },
      },
    },
    context: {
      properties: [
        { namespace: 'Alexa.BrightnessController', name: 'brightness', value: 70, ...at },
        { namespace: 'Alexa.EndpointHealth', name: 'connectivity', value: { value: 'OK' }, ...at },
      ],
    },
  };
};

export const postEvent = (url: string, accessToken: string | undefined, event: unknown, signal?: AbortSignal) =>
  fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
    },
    body: typeof event === 'string' ? event : JSON.stringify(event),
    signal: signal ?? AbortSignal.timeout(110_000),
  });

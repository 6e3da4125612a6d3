import { randomUUID } from 'node:crypto';
import { asError } from '../../../lambda/basics/as-error.ts';
import type { AlexaRegion } from '../../../lambda/ports/grant-store.ts';
import type { Check, CheckContext } from '../check.ts';
import { advice, failed, firstOf, passed, skipped, type Verdict } from '../finding.ts';
import type { Answer } from '../http.ts';
import { inShort } from '../linking-flow.ts';
import { ACCESS_FLOOR, ACCESS_LIFE } from '../maker/limits.ts';
import { ALEXA_REGION } from '../target.ts';
import { PAIR } from './token-endpoint.ts';

const DAY_MS = 86_400_000;

export const linkingFlowChecks: readonly Check[] = [
  {
    name: 'linking-flow',
    title: 'an account can be linked as Alexa does it',
    after: ['redirect-uris', 'linking-client', 'token-time'],
    async run(context) {
      if (!context.account)
        return skipped('set PREFLIGHT_EMAIL and PREFLIGHT_PASSWORD to a sign-in at the device cloud to run it');
      try {
        const { answer } = await context.linked();
        return passed(`code for tokens in ${answer.ms} ms`);
      } catch (error) {
        return failed(
          `linking fails: ${asError(error).message}`,
          'Look at the log of account-linking now, and try the sign-in in the maker’s own app.',
        );
      }
    },
  },
  {
    name: 'refresh-again',
    title: 'a refresh whose answer was lost can be repeated',
    after: ['linking-flow'],
    async run(context) {
      const { refresh, standing } = await context.linked();
      const shown = standing();
      const first = await refresh(shown);
      if (!isGood(first))
        return failed(
          `a new refresh token is answered with ${inShort(first)}`,
          'Look at the log of account-linking for token-request-refused and token-request-failed.',
        );
      const second = await refresh(shown);
      if (isGood(second)) return passed('the same token worked twice');
      return failed(
        'refresh tokens rotate without a grace period: the second refresh with one token is refused, and Alexa unlinks',
        'Keep refresh tokens as they are (rotates: false), or accept the old one until the new one was used.',
      );
    },
  },
  {
    name: 'access-token-life',
    title: 'access tokens live long enough',
    after: ['refresh-again'],
    async run(context) {
      const { answer, refresh } = await context.linked();
      const seconds = [answer, await refresh()].map(({ json }) => json?.expires_in);
      const remedy = 'Let access tokens live for an hour: expires_in 3600, in the answers to both code and refresh.';
      const least = Math.min(...seconds.map(Number));
      return firstOf(
        [
          seconds.some((one) => !Number.isInteger(one)) &&
            failed('an answer has no whole number as expires_in, so Alexa may never refresh', remedy),
          least < ACCESS_FLOOR &&
            failed(`access tokens live for ${least} s; Alexa needs at least ${ACCESS_FLOOR} s`, remedy),
          least < ACCESS_LIFE && advice(`access tokens live for ${least} s; Amazon advises one hour`, remedy),
        ],
        `${least} s`,
      );
    },
  },
  {
    name: 'sealing-keys',
    title: 'the skill can read the tokens of the sign-in server',
    after: ['stack'],
    async run(context) {
      const stacks = await context.stacks();
      const entries = stacks.flatMap(({ functions }) =>
        Object.values(functions).map(({ environment }) => environment.SECRETS_ID ?? ''),
      );
      const remedy =
        'Give every function the same SECRETS_ID and restore the keys of the entry. Never replace a key; add a new one before it.';
      if (new Set(entries).size > 1)
        return failed(`${PAIR.sealing} do not match: functions read ${new Set(entries).size} secret entries`, remedy);
      if (!context.account) return passed('all functions read one secret entry');
      const link = await context.linked().catch(() => undefined);
      if (!link) return skipped('the linking flow did not work, so there is no token to read');
      return await inEachRegion(context, async (region) => {
        const { type, message } = await refusalOf(context, region, link.accessToken);
        const closed = type === 'INVALID_AUTHORIZATION_CREDENTIAL' || message === 'a key is missing';
        return closed
          ? failed(`${PAIR.sealing} do not match: the skill in ${region} cannot read a new token`, remedy)
          : undefined;
      });
    },
  },
  {
    name: 'discovery',
    title: 'Alexa finds devices',
    after: ['linking-flow', 'sealing-keys'],
    async run(context) {
      const { accessToken } = await context.linked();
      return await inEachRegion(context, async (region) => {
        const { payload } = eventOf(
          await context.invoke(region, directive('Alexa.Discovery', 'Discover', { scope: bearer(accessToken) })),
        );
        const { endpoints } = payload;
        if (!Array.isArray(endpoints))
          return failed(`the skill in ${region} does not answer Discover`, 'Look at its log for the line directive.');
        if (endpoints.length > 0) return undefined;
        return advice(
          `the skill in ${region} finds no device`,
          'Check that the account has a plug. If it has, look for discovery-empty in the log of the skill.',
        );
      });
    },
  },
  {
    name: 'accept-grant',
    title: 'the skill accepts Alexa’s permission to report changes',
    after: ['linking-flow', 'sealing-keys', 'messaging-client'],
    async run(context) {
      const { acceptGrant } = context;
      if (!acceptGrant) return skipped('only Alexa can create grant codes');
      const { accessToken } = await context.linked();
      return await inEachRegion(context, async (region) => {
        const refused = await acceptGrant(region, accessToken).catch((error: unknown) => String(error));
        return typeof refused === 'string'
          ? failed(`the skill in ${region} answers AcceptGrant with an error`, 'Look at its log for directive-failed.')
          : undefined;
      });
    },
  },
  {
    name: 'refresh-token-life',
    title: 'refresh tokens do not expire',
    after: ['refresh-again'],
    async run(context) {
      const { answer, refresh } = await context.linked();
      const remedy = 'Let refresh tokens end only by a person’s decision: no lifetime, no idle time-out.';
      // Not in any standard; Keycloak and others say it so.
      const stated = Number(answer.json?.refresh_token_expires_in ?? answer.json?.refresh_expires_in ?? 0);
      if (stated > 0) return failed(`refresh tokens expire after ${Math.round(stated / 86_400)} days`, remedy);
      if (!context.passTime) return passed('the sign-in server states no lifetime');
      context.passTime(400 * DAY_MS);
      const late = await refresh();
      if (isGood(late)) return passed('valid after 400 idle days');
      return failed(`a refresh token that was idle for 400 days is answered with ${inShort(late)}`, remedy);
    },
  },
];

const isGood = ({ status, json }: Answer): boolean => status === 200 && typeof json?.access_token === 'string';

/** @param look answers with what is wrong in a region */
async function inEachRegion(
  context: CheckContext,
  look: (region: AlexaRegion) => Promise<Verdict | undefined>,
): Promise<Verdict> {
  const regions = (await context.stacks()).flatMap(({ awsRegion }) => ALEXA_REGION[awsRegion] ?? []);
  const verdicts = [];
  for (const region of regions) verdicts.push(await look(region));
  return firstOf(verdicts, `in ${regions.join(', ')}`);
}

/** The skill's error for a device that no account has. */
async function refusalOf(context: CheckContext, region: AlexaRegion, accessToken: string) {
  const endpoint = { endpointId: '1', cookie: {}, scope: bearer(accessToken) };
  const { payload } = eventOf(await context.invoke(region, directive('Alexa', 'ReportState', {}, endpoint)));
  return { type: String(payload.type ?? ''), message: String(payload.message ?? '') };
}

const bearer = (token: string) => ({ type: 'BearerToken', token });

const directive = (namespace: string, name: string, payload: object, endpoint?: object) => ({
  directive: {
    header: {
      namespace,
      name,
      payloadVersion: '3',
      messageId: randomUUID(),
      ...(endpoint && { correlationToken: randomUUID() }),
    },
    ...(endpoint && { endpoint }),
    payload,
  },
});

/** @throws an Error with one sentence when it is no message */
function eventOf(answer: unknown): { readonly payload: Readonly<Record<string, unknown>> } {
  const { event } = (answer ?? {}) as { event?: { payload?: Readonly<Record<string, unknown>> } };
  if (!event?.payload) throw new Error('the skill function answers without an Alexa message');
  return { payload: event.payload };
}

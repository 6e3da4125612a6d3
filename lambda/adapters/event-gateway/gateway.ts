import * as v from 'valibot';
import { parseJson } from '../../basics/json.ts';
import type { AlexaGateway } from '../../ports/alexa-gateway.ts';
import { EventRefused, GatewayUnreachable } from '../../ports/errors.ts';
import type { AlexaRegion } from '../../ports/grant-store.ts';
import { createHttpClient, NoAnswer } from '../http/client.ts';
import { sendWithRetry } from '../http/retry.ts';

export interface AlexaGatewayOptions {
  /** Where each region's events go, e.g. `https://api.amazonalexa.com/v3/events` for NA. */
  readonly urls: Readonly<Record<AlexaRegion, string>>;
  readonly timeoutMs?: number;
}

/** An answer is a few hundred bytes. */
const LONGEST_ANSWER_BYTES = 256 * 1024;

/** `{ header: { namespace: 'System', name: 'Exception' }, payload: { code, description } }` */
const Exception = v.object({ payload: v.object({ code: v.pipe(v.string(), v.regex(/^[A-Z][A-Z_]{0,79}$/)) }) });

/** Alexa's event gateways (https://developer.amazon.com/docs/smarthome/send-events.html). */
export function createAlexaGateway({ urls, timeoutMs = 4_000 }: AlexaGatewayOptions): AlexaGateway {
  const client = createHttpClient({ timeoutMs, longestAnswerBytes: LONGEST_ANSWER_BYTES });
  return {
    send: async (region, accessToken, event, signal) => {
      const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${accessToken}` };
      const body = JSON.stringify(event);
      // A connection that broke under a report is the caller's to judge: the queue brings the report back.
      const answer = await sendWithRetry(
        client,
        { method: 'POST', url: urls[region], body, headers, signal },
        false,
      ).catch((error: unknown) => {
        if (!(error instanceof NoAnswer)) throw error;
        throw new GatewayUnreachable('the event gateway did not answer', { cause: error });
      });
      // Amazon documents 202; other gateways answered 204 for accepted events (home-assistant/core#181572).
      if (answer.status < 200 || answer.status > 299) throw new EventRefused(answer.status, codeOf(answer.text));
    },
  };
}

/** Amazon's code, if the body is Amazon's: a proxy's page has none. */
function codeOf(text: string): string | undefined {
  const exception = parseJson(text);
  return v.is(Exception, exception) ? exception.payload.code : undefined;
}

import { asError } from '../basics/as-error.ts';
import { isSkillError } from '../ports/errors.ts';
import { answerCallback } from './alexa-callback.ts';
import { openAlexaPage } from './alexa-open.ts';
import { refusedPage, stepsPage } from './alexa-pages.ts';
import { postAlexaPage } from './alexa-post.ts';
import { type AlexaPageRefusal, AlexaPageRefused } from './alexa-refusals.ts';
import { CALLBACK, type Failure } from './alexa-visit.ts';
import { OAuthError } from './errors.ts';
import { redirect } from './page.ts';
import { PageRefusal } from './page-refusal.ts';
import { failurePage } from './pages.ts';
import type { LinkingPorts, PagePorts } from './ports.ts';
import { type Arrival, inRequestTime } from './time-limit.ts';

/**
 * The page that connects Alexa again, without the Alexa app: sign in to the device cloud, say yes at Amazon, done. GET changes nothing, because
 * mail programs open links before people do. The link of a notice is forwarded by design, so it opens no more than the sign-in: else a stranger
 * could put these lamps into his own Alexa.
 */
export async function answerAlexa(arrival: Arrival, ports: PagePorts): Promise<Response> {
  const failure: Failure = {};
  try {
    return await inRequestTime(arrival, ports, (inTime) => route(arrival, failure, inTime));
  } catch (error) {
    return await answerFailure(error, failure, ports);
  }
}

async function route(arrival: Arrival, failure: Failure, ports: PagePorts): Promise<Response> {
  const { request } = arrival;
  const url = new URL(request.url);
  const { alexaEnablement } = ports;
  if (!alexaEnablement) return await stepsPage(ports.reader);
  const able = { ...ports, alexaEnablement };
  if (request.method !== 'GET') return await postAlexaPage(arrival, failure, able);
  if (url.pathname === CALLBACK) return await answerCallback(arrival, able);
  const elsewhere = canonical(url, ports);
  return elsewhere === undefined ? await openAlexaPage(request, failure, able) : redirect(elsewhere);
}

/** Amazon sends people back to registered addresses only, and the cookie is for one host: so a visit begins at one of ours. */
function canonical(url: URL, { publicUrls }: LinkingPorts): string | undefined {
  const origins = publicUrls.map((one) => new URL(one).origin);
  const [first] = origins;
  return first === undefined || origins.includes(url.origin) ? undefined : first + url.pathname + url.search;
}

function refusalOf(error: unknown): AlexaPageRefusal | undefined {
  if (error instanceof AlexaPageRefused) return error.kind;
  if (error instanceof PageRefusal)
    return error.kind === 'too-old' ? 'too-long-ago' : error.kind === 'other-browser' ? 'other-browser' : 'malformed';
  return error instanceof OAuthError ? 'malformed' : undefined;
}

async function answerFailure(error: unknown, failure: Failure, { reader, log }: PagePorts): Promise<Response> {
  const named = error instanceof AlexaPageRefused || error instanceof PageRefusal ? error.attempt : undefined;
  const attempt = named ?? failure.attempt;
  const kind = refusalOf(error);
  if (kind) {
    log.warn('alexa-request-refused', { attempt, reason: kind });
    return await refusedPage(reader, kind, attempt, failure.link);
  }
  log.error('alexa-request-failed', { attempt, error: asError(error) });
  return await failurePage(reader, isSkillError(error) ? 503 : 500, attempt);
}

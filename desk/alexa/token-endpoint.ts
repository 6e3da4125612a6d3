import { parseJson } from '../../lambda/basics/json.ts';
import type { Clock } from '../../lambda/ports/clock.ts';

/** What the developer console knows of a skill's account linking. A link keeps the settings that it was made with. */
export interface LinkingSettings {
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}

/** One request to the token endpoint. Tokens are in it: mask before showing. */
export interface TokenExchange {
  readonly grantType: 'authorization_code' | 'refresh_token';
  readonly at: Date;
  readonly sent: Readonly<Record<string, string>>;
  readonly answered: unknown;
  /** HTTP status; 0 when no answer came within 4.5 s, or it was lost. */
  readonly status: number;
  readonly ms: number;
}

/** Amazon: requirements for account linking. */
const PATIENCE_MS = 4_500;

/** Posts to the skill's token endpoint as Alexa does. With `lost` the answer does not arrive; `noted` gets each exchange. */
export function tokenEndpoint(clock: Clock, noted: (exchange: TokenExchange) => void) {
  return async (to: LinkingSettings, form: Readonly<Record<string, string>>, lost: boolean) => {
    const at = clock.now();
    const giveUp = new AbortController();
    const finished = new AbortController();
    clock.wait(PATIENCE_MS, finished.signal).then(
      () => giveUp.abort(),
      () => undefined,
    );
    let status = 0;
    let answered: unknown;
    try {
      const response = await fetch(to.tokenUrl, {
        method: 'POST',
        redirect: 'error',
        signal: giveUp.signal,
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8',
          Authorization: `Basic ${Buffer.from(`${to.clientId}:${to.clientSecret}`).toString('base64')}`,
        },
        body: new URLSearchParams(form).toString(),
      });
      const text = await response.text();
      if (!lost) [status, answered] = [response.status, parseJson(text) ?? text];
    } catch {
      // No answer; Alexa does not know whether the request was acted on.
    } finally {
      finished.abort();
    }
    const ms = clock.now().getTime() - at.getTime();
    const grantType = form.grant_type === 'refresh_token' ? 'refresh_token' : 'authorization_code';
    noted({ grantType, at, sent: form, answered, status, ms });
    return { status, answered };
  };
}

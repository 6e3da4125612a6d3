import * as v from 'valibot';
import { parseJson } from '../../../lambda/basics/json.ts';
import { toFailure } from '../failures.ts';
import { AwsRefusal } from './query.ts';
import { type Keys, signedHeaders } from './sign.ts';
import { readXml, textAt } from './xml.ts';

/** Services that do not speak the Query protocol. */
type Service = 'acm' | 'route53';

export interface Sent {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly type: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Calls AWS, and answers with the text of the answer.
 * @throws AwsRefusal, or Failure when AWS cannot be reached
 */
export type SignedCall = (service: Service, region: string, sent: Sent) => Promise<string>;

const TIMEOUT_MS = 30_000;

/** For the few calls here, client libraries are not worth it. */
export function createSignedCall(keys: () => Promise<Keys>, environment: NodeJS.ProcessEnv = process.env): SignedCall {
  return async (service, region, sent) => {
    const base = endpointOf(service, region, environment);
    const url = new URL(sent.path, base);
    const scope = { service, region, at: new Date() };
    const headers = signedHeaders(
      url.host,
      sent.type,
      sent.body ?? '',
      await keys(),
      scope,
      [sent.method, sent.path],
      sent.headers,
    );
    const answer = await fetch(url, {
      method: sent.method,
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(sent.body !== undefined && { body: sent.body }),
    }).catch((error: Error) => {
      throw toFailure(`${error.message} ${(error.cause as Error | undefined)?.message ?? ''}`, `Calling ${service}`);
    });
    const text = await answer.text();
    if (answer.ok) return text;
    throw refusalOf(text);
  };
}

/** ACM refuses in JSON, Route 53 in XML. */
function refusalOf(text: string): AwsRefusal {
  const json = v.safeParse(
    v.looseObject({ __type: v.string(), message: v.optional(v.string()), Message: v.optional(v.string()) }),
    parseJson(text),
  );
  if (json.success) {
    const code = json.output.__type.split('#').at(-1) ?? 'Unknown';
    return new AwsRefusal(code, json.output.message ?? json.output.Message ?? code);
  }
  const xml = readXml(text);
  const code = textAt(xml, 'ErrorResponse', 'Error', 'Code') ?? 'Unknown';
  return new AwsRefusal(code, textAt(xml, 'ErrorResponse', 'Error', 'Message') ?? code);
}

const endpointOf = (service: Service, region: string, environment: NodeJS.ProcessEnv): string => {
  const own = service === 'acm' ? environment.AWS_ENDPOINT_URL_ACM : environment.AWS_ENDPOINT_URL_ROUTE_53;
  const atAmazon = service === 'acm' ? `https://acm.${region}.amazonaws.com` : 'https://route53.amazonaws.com';
  return own || environment.AWS_ENDPOINT_URL || atAmazon;
};

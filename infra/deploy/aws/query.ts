import { toFailure } from '../failures.ts';
import { type Keys, signedHeaders } from './sign.ts';
import { type Element, readXml, textAt } from './xml.ts';

/** AWS refused a call; code and message are those of AWS. */
export class AwsRefusal extends Error {
  override readonly name = 'AwsRefusal';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** @throws AwsRefusal, or Failure when AWS cannot be reached */
export type QueryClient = (
  service: Service,
  region: string,
  action: string,
  parameters?: Readonly<Record<string, string>>,
) => Promise<Element>;

/** Services that speak the Query protocol, and the version of it. */
const VERSION = {
  cloudformation: '2010-05-15',
  monitoring: '2010-08-01',
  sns: '2010-03-31',
  sts: '2011-06-15',
} as const;
type Service = keyof typeof VERSION;

const TIMEOUT_MS = 30_000;

/** For the few calls here, a client library is not worth it. */
export const createQueryClient =
  (keys: () => Promise<Keys>, environment: NodeJS.ProcessEnv = process.env): QueryClient =>
  async (service, region, action, parameters = {}) => {
    const url = new URL(endpointOf(service, region, environment));
    const body = new URLSearchParams({ Action: action, Version: VERSION[service], ...parameters }).toString();
    const type = 'application/x-www-form-urlencoded; charset=utf-8';
    const headers = signedHeaders(url.host, type, body, await keys(), { service, region, at: new Date() });
    const { ok, text } = await post(url, body, headers).catch((error: Error) => {
      throw toFailure(`${error.message} ${(error.cause as Error | undefined)?.message ?? ''}`, `Calling ${service}`);
    });
    const answer = readXml(text);
    if (ok) return answer;
    const code = textAt(answer, 'ErrorResponse', 'Error', 'Code') ?? 'Unknown';
    throw new AwsRefusal(code, textAt(answer, 'ErrorResponse', 'Error', 'Message') ?? code);
  };

async function post(url: URL, body: string, headers: Record<string, string>) {
  const response = await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  return { ok: response.ok, text: await response.text() };
}

/** The variables that every AWS SDK reads. */
const endpointOf = (service: Service, region: string, environment: NodeJS.ProcessEnv): string =>
  environment[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ||
  environment.AWS_ENDPOINT_URL ||
  `https://${service}.${region}.amazonaws.com`;

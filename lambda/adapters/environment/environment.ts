import * as v from 'valibot';
import type { AlexaRegion } from '../../ports/grant-store.ts';

/** Which of Alexa's regions invokes functions in an AWS region (Amazon: develop smart home skills in multiple languages). */
const ALEXA_REGION_OF: Readonly<Record<string, AlexaRegion>> = {
  'us-east-1': 'NA',
  'eu-west-1': 'EU',
  'us-west-2': 'FE',
};

const url = v.pipe(v.string(), v.url());

/** A device cloud, by its name or its base address. Passwords are sent there: only with TLS, or on this machine. */
const deviceCloud = v.pipe(
  v.string(),
  v.regex(/^(?:my-leviton|https:\/\/[\w.-]+[\w./:-]*|http:\/\/(?:127\.0\.0\.1|localhost)[:/][\w./:-]*)$/),
);

/** `Name <address>`, or only an address; nothing that would end the header. */
export const MAIL_SENDER = /^(?:[^<>@\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/;

/** A person or a company, as pages name it. */
export const OPERATOR = /^[\p{L}\p{N}][\p{L}\p{N} &'’.,()+-]{0,59}$/u;

/** The address of a privacy policy, as pages link it. */
export const PRIVACY_URL = v.pipe(v.string(), v.regex(/^https:\/\/[^\s"'<>]{1,500}$/), v.url());

/** Several of them, comma-separated. */
const urls = v.pipe(
  v.string(),
  v.transform((list) => list.split(',').filter((one) => one !== '')),
  v.array(url),
);

/** A whole number from 1 on, as text. */
const count = v.pipe(v.string(), v.regex(/^[1-9]\d{0,5}$/), v.transform(Number));

const Environment = v.object({
  TABLE_NAME: v.pipe(v.string(), v.minLength(3)),
  REPORT_QUEUE_URL: v.optional(url),
  LINK_MODE: v.optional(v.picklist(['bridge', 'passthrough']), 'bridge'),
  DEVICE_CLOUD: v.optional(deviceCloud, 'my-leviton'),
  // It stands in texts for people.
  DEVICE_CLOUD_NAME: v.optional(v.pipe(v.string(), v.trim(), v.regex(/^[\p{L}\p{N}][\p{L}\p{N} &'.+-]{0,39}$/u))),
  MY_LEVITON_URL: v.optional(url, 'https://my.leviton.com/api'),
  MY_LEVITON_SOCKET_URL: v.optional(url, 'wss://my.leviton.com/socket/websocket'),
  LWA_TOKEN_URL: v.optional(url, 'https://api.amazon.com/auth/o2/token'),
  LWA_AUTHORIZE_URL: v.optional(url, 'https://www.amazon.com/ap/oa'),
  ALEXA_API_URL: v.optional(url, 'https://api.amazonalexa.com'),
  SKILL_ID: v.optional(v.string()),
  SKILL_STAGE: v.optional(v.picklist(['development', 'live']), 'development'),
  EVENT_GATEWAY_URL_NA: v.optional(url, 'https://api.amazonalexa.com/v3/events'),
  EVENT_GATEWAY_URL_EU: v.optional(url, 'https://api.eu.amazonalexa.com/v3/events'),
  EVENT_GATEWAY_URL_FE: v.optional(url, 'https://api.fe.amazonalexa.com/v3/events'),
  ALEXA_REGION: v.optional(v.picklist(['NA', 'EU', 'FE'])),
  AWS_REGION: v.optional(v.string(), 'us-east-1'),
  AWS_ENDPOINT_URL: v.optional(url),
  AWS_ENDPOINT_URL_DYNAMODB: v.optional(url),
  AWS_ENDPOINT_URL_SESV2: v.optional(url),
  SECRETS_ID: v.optional(v.string()),
  SECRETS_JSON: v.optional(v.string()),
  // Both stand on pages. Empty counts as absent: a template passes on what nobody has set.
  OPERATOR_NAME: v.optional(v.pipe(v.string(), v.trim(), v.regex(OPERATOR))),
  PRIVACY_URL: v.optional(PRIVACY_URL),
  NOTICE_TOPIC_ARN: v.optional(v.pipe(v.string(), v.regex(/^arn:[\w-]+:sns:[\w-]+:\d+:[\w-]+$/))),
  NOTICE_FROM: v.optional(v.pipe(v.string(), v.regex(MAIL_SENDER))),
  NOTICE_CONFIGURATION_SET: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)), 'dimmer-plug-notices'),
  PUBLIC_URLS: v.optional(urls, ''),
  // device-watch: how long a run lasts (below Lambda's 15 minutes, with time to close), and how many accounts it holds (lambda/watch/run-sizes.ts).
  WATCH_RUN_SECONDS: v.optional(count, '840'),
  ACCOUNTS_PER_RUN: v.optional(count),
  ACCOUNTS_PER_SHARD: v.optional(count, '100'),
  WATCH_LOOK_SECONDS: v.optional(count, '60'),
  // Seconds between two reads of an account, with and without pushes, and the most reads per minute of one run.
  WATCH_READ_SECONDS: v.optional(count, '50'),
  POLL_SECONDS: v.optional(count, '20'),
  READS_PER_MINUTE: v.optional(count),
  DEVICE_PUSH: v.optional(v.picklist(['on', 'off']), 'on'),
  BRIGHTNESS_WHILE_OFF: v.optional(v.picklist(['zero', 'last']), 'zero'),
  ALEXA_SILENCE_QUESTION: v.optional(v.picklist(['on', 'off']), 'off'),
  LINK_CANARY: v.optional(v.picklist(['on', 'off']), 'off'),
  LOG_LEVEL: v.optional(v.picklist(['info', 'warn', 'error', 'silent']), 'info'),
  // Set by Lambda.
  AWS_LAMBDA_FUNCTION_NAME: v.optional(v.string()),
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: v.optional(count),
});

/** The configuration of every function, with its defaults. */
export type Config = Readonly<Omit<v.InferOutput<typeof Environment>, 'ALEXA_REGION'>> & {
  readonly ALEXA_REGION: AlexaRegion;
};

/**
 * Reads the configuration from environment variables.
 * @throws an Error that names the variable that is wrong, and never its value
 */
export function toConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  // A template leaves a variable empty where it has nothing to say.
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = v.safeParse(Environment, set);
  if (!result.success) {
    const names = result.issues.map((issue) => v.getDotPath(issue)).join(', ');
    throw new Error(`these environment variables are missing or wrong: ${names}`);
  }
  const config = result.output;
  if (!config.SECRETS_ID && !config.SECRETS_JSON)
    throw new Error('set SECRETS_ID, or SECRETS_JSON on your own machine');
  return { ...config, ALEXA_REGION: config.ALEXA_REGION ?? ALEXA_REGION_OF[config.AWS_REGION] ?? 'NA' };
}

/** The region of what an ARN or a queue's URL names, which may be another stack's; `otherwise` for a mere name. */
export const regionOf = (place: string, otherwise: string): string =>
  /^(?:arn:[^:]*:[^:]*:|https:\/\/sqs\.)([a-z0-9-]+)[:.]/.exec(place)?.[1] ?? otherwise;

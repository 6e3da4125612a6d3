import * as v from 'valibot';
import { DAY, HOUR, MINUTE } from '../limits.ts';
import type { Observation, Remedy } from '../observation.ts';
import { accessLife, jwtsKept, refreshIssued, refreshLife, rotation } from './rules.ts';
import { quotedJson } from './shell.ts';

// Amazon Cognito: the settings of an app client (AWS model cognito-idp 2016-04-18, UserPoolClientType).

const Unit = v.picklist(['seconds', 'minutes', 'hours', 'days']);
const SECONDS = { seconds: 1, minutes: MINUTE, hours: HOUR, days: DAY } as const;

/** All fields, since an update resets those that it does not name. The secret is left out before anything else sees it. */
const AppClient = v.pipe(
  v.looseObject({
    UserPoolId: v.string(),
    ClientId: v.string(),
    ClientSecret: v.optional(v.string()),
    CreationDate: v.optional(v.unknown()),
    LastModifiedDate: v.optional(v.unknown()),
    AccessTokenValidity: v.optional(v.number(), 0),
    RefreshTokenValidity: v.optional(v.number(), 0),
    TokenValidityUnits: v.optional(
      v.looseObject({ AccessToken: v.optional(Unit), RefreshToken: v.optional(Unit) }),
      {},
    ),
    RefreshTokenRotation: v.optional(
      v.looseObject({ Feature: v.string(), RetryGracePeriodSeconds: v.optional(v.number(), 0) }),
    ),
    EnableTokenRevocation: v.optional(v.boolean(), true),
    AllowedOAuthFlows: v.optional(v.array(v.string()), []),
  }),
  v.transform(({ ClientSecret: _, CreationDate: _created, LastModifiedDate: _modified, ...rest }) => rest),
);
export type AppClient = v.InferOutput<typeof AppClient>;

export const Described = v.object({ UserPoolClient: AppClient });
export const Secrets = v.object({
  ClientSecrets: v.array(v.object({ ClientSecretId: v.string() })),
  NextToken: v.optional(v.nullable(v.string())),
});

/** Both are absolute: no settings of Cognito end an unused refresh token sooner. Absent or 0 is the default: an hour, and 30 days. */
const accessSeconds = ({ AccessTokenValidity: count, TokenValidityUnits: units }: AppClient): number =>
  count === 0 ? HOUR : count * SECONDS[units.AccessToken ?? 'hours'];
const refreshSeconds = ({ RefreshTokenValidity: count, TokenValidityUnits: units }: AppClient): number =>
  count === 0 ? 30 * DAY : count * SECONDS[units.RefreshToken ?? 'days'];
/** The grace period of rotation; `undefined`: off. */
const graceSeconds = ({ RefreshTokenRotation: rotates }: AppClient): number | undefined =>
  rotates?.Feature === 'ENABLED' ? rotates.RetryGracePeriodSeconds : undefined;

const CONSOLE = 'User pools > the pool > App clients > the app client > Edit';
const LONGEST_DAYS = 3650;

/** The app client as it should be; what is right stays. */
function corrected({ AccessTokenValidity, ...rest }: AppClient) {
  // 0 stands for the default where Cognito shows it, and is refused where it is sent.
  const client = { ...rest, AccessTokenValidity };
  const kept = AccessTokenValidity === 0 ? rest : client;
  const units = { ...client.TokenValidityUnits };
  const grace = graceSeconds(client);
  const isShort = accessSeconds(client) < HOUR;
  return {
    ...kept,
    ...(isShort && { AccessTokenValidity: 1 }),
    RefreshTokenValidity: LONGEST_DAYS,
    TokenValidityUnits: { ...units, ...(isShort && { AccessToken: 'hours' }), RefreshToken: 'days' },
    ...(grace !== undefined && grace < 30 && { RefreshTokenRotation: { Feature: 'DISABLED' } }),
    EnableTokenRevocation: true,
  };
}

/** @returns what the settings of an app client come to */
export function judgeCognito(client: AppClient, region: string): readonly Observation[] {
  const command = `aws cognito-idp update-user-pool-client --region ${region} --cli-input-json ${quotedJson(corrected(client))}`;
  const remedyAt = (label: string): Remedy => ({ console: `${CONSOLE} > ${label}`, command });
  const grant = { what: 'AllowedOAuthFlows', remedy: remedyAt('Login pages > OAuth grant types') };
  const revocation = remedyAt('Advanced security > Enable token revocation');
  return [
    accessLife({ what: 'AccessTokenValidity', remedy: remedyAt('Access token expiration') }, accessSeconds(client)),
    refreshLife({ what: 'RefreshTokenValidity', remedy: remedyAt('Refresh token expiration') }, refreshSeconds(client)),
    { question: 'idle', outcome: 'good', what: 'idle end', seen: 'Cognito has none', wanted: 'none' },
    rotation({ what: 'RefreshTokenRotation', remedy: remedyAt('Refresh token rotation') }, graceSeconds(client)),
    refreshIssued(
      grant,
      client.AllowedOAuthFlows.includes('code'),
      client.AllowedOAuthFlows.join(', ') || 'none',
      'code',
    ),
    client.EnableTokenRevocation
      ? jwtsKept
      : {
          question: 'access-kept',
          outcome: 'advice',
          what: 'EnableTokenRevocation',
          seen: 'off',
          wanted: 'on',
          why: 'access tokens lack origin_jti, by which two links of one account are told apart',
          remedy: revocation,
        },
  ];
}

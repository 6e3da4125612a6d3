import * as v from 'valibot';
import { accountIdOf, Issuer } from '../adapters/authorization-server/issuer.ts';
import { createOpener } from '../adapters/authorization-server/opener.ts';
import type { BearerIssuer, BearerOpener } from '../ports/bearer.ts';
import type { Clock } from '../ports/clock.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { SessionOfToken } from './device-cloud.ts';

export interface PassthroughPorts {
  readonly secrets: () => Promise<Secrets>;
  readonly clock: Clock;
  readonly sessionOfToken: SessionOfToken;
}

/**
 * LINK_MODE=passthrough: Alexa presents access tokens of the maker's own authorization server, and the device cloud takes them as they are.
 * @throws an Error that names the fields of the secret entry that are wrong, and no value
 */
export async function openPassthrough(ports: PassthroughPorts): Promise<BearerOpener & BearerIssuer> {
  const issuers = readIssuers(await ports.secrets());
  const opener = createOpener({ issuers, clock: ports.clock, toSession: ports.sessionOfToken });
  const issue = async () => {
    throw new Error("the maker's authorization server issues the access tokens");
  };
  return { ...opener, issue };
}

/**
 * The accounts here that a device cloud's event may be of: it names an account by the value of the account claim, and not by its server.
 */
export const accountIds = (secrets: Secrets, account: string): readonly string[] => [
  ...new Set(readIssuers(secrets).map(({ alias }) => accountIdOf(alias, account))),
];

function readIssuers({ authorizationServers = [] }: Secrets): readonly Issuer[] {
  const issuers = v.safeParse(v.pipe(v.array(Issuer), v.minLength(1)), authorizationServers);
  if (issuers.success) return issuers.output;
  const fields = issuers.issues.map((issue) => ['authorizationServers', v.getDotPath(issue)].filter(Boolean).join('.'));
  throw new Error(`the secrets are missing or wrong in: ${fields.join(', ')}`);
}

import * as v from 'valibot';
import { Issuer, type JwtIssuer } from '../../../lambda/adapters/authorization-server/issuer.ts';
import { keySetFetcher } from '../../../lambda/adapters/authorization-server/keys.ts';
import { createServiceClient } from '../../../lambda/adapters/maker-cloud/service-client.ts';
import { asError } from '../../../lambda/basics/as-error.ts';
import type { Check, CheckContext } from '../check.ts';
import { failed, passed, type Verdict } from '../finding.ts';

// What the secret entry says of a maker's own authorization server: without it every command fails, and nobody reads an account.

export const makersEntryChecks: readonly Check[] = [
  {
    name: 'makers-entry',
    title: 'the functions can check the tokens of the maker’s authorization server, and read accounts',
    run: (context) => entryVerdict(context),
  },
];

const README = 'README, Your own authorization server';

/** Looks at the secret entry, the addresses of public keys, and the skill's own client. */
export async function entryVerdict(
  context: Pick<CheckContext, 'secrets' | 'accountLinking' | 'stacks' | 'clock'>,
): Promise<Verdict> {
  const [{ authorizationServers, deviceCloudClient }, { clientId }] = await Promise.all([
    context.secrets(),
    context.accountLinking(),
  ]);
  const read = v.safeParse(v.pipe(v.array(Issuer), v.minLength(1)), authorizationServers);
  if (!read.success) {
    const fields = read.issues.map((issue) => ['authorizationServers', v.getDotPath(issue)].filter(Boolean).join('.'));
    return failed(`the secret entry lacks or has wrong: ${[...new Set(fields)].join(', ')}`, `Set it as in ${README}.`);
  }
  if (read.output.every(({ clientIds }) => !clientIds.includes(clientId))) {
    return failed(
      'no server in the secret entry takes the client id that Alexa has, so every command fails',
      'Add that id to clientIds in authorizationServers, beside the old ones.',
    );
  }
  const silent = await withoutKeys(read.output.filter((issuer): issuer is JwtIssuer => issuer.kind === 'jwt'));
  if (silent) {
    return failed(
      `the address of the public keys of ${silent.alias} publishes none that sign`,
      'Correct jwksUrl in the secret entry; it is jwks_uri in the metadata of the server.',
    );
  }
  return deviceCloudClient === undefined
    ? await unreadVerdict(context)
    : await clientVerdict(deviceCloudClient, context);
}

async function withoutKeys(issuers: readonly JwtIssuer[]): Promise<JwtIssuer | undefined> {
  const found = await Promise.all(
    issuers.map(async (issuer) => ((await keySetFetcher(issuer.jwksUrl)()) ? [] : [issuer])),
  );
  return found.flat()[0];
}

/** The skill has no client of its own, so all that it hears is what the device cloud pushes. */
async function unreadVerdict({ stacks }: Pick<CheckContext, 'stacks'>): Promise<Verdict> {
  const [home] = await stacks();
  return home?.functions['device-watch']
    ? failed(
        'the device cloud pushes nothing, and the skill has no client to read with: no change reaches Alexa',
        `Set the parameter DeviceEvents to on and push changes, or add deviceCloudClient to the secret entry (${README}).`,
      )
    : passed('keys are published; the skill reads nothing by itself');
}

async function clientVerdict(settings: unknown, { clock }: Pick<CheckContext, 'clock'>): Promise<Verdict> {
  const call = { method: 'GET', path: '/', signal: AbortSignal.timeout(20_000) } as const;
  try {
    await createServiceClient({ settings: async () => settings, clock, send: async () => undefined })(call);
    return passed('keys are published, and the skill’s own client gets a token');
  } catch (error) {
    return failed(
      `the skill’s own client gets no token: ${asError(error).message}`,
      'Correct deviceCloudClient in the secret entry, or the client at your authorization server (client credentials).',
    );
  }
}

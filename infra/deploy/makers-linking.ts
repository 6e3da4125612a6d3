import * as v from 'valibot';
import { Issuer } from '../../lambda/adapters/authorization-server/issuer.ts';
import { type AccountLinking, withTyped } from './account-linking.ts';
import { Failure } from './failure.ts';
import type { Entry, Pair } from './secret-entry.ts';

// LinkMode=passthrough: a maker's own authorization server links accounts, and the secret entry says where it is.

/** `skill`: the function `account-linking`; `maker`: the maker's own authorization server. */
export type LinkedBy = 'skill' | 'maker';

/** Of the parameter LinkMode. */
export const linkedBy = (linkMode: unknown): LinkedBy => (linkMode === 'passthrough' ? 'maker' : 'skill');

const text = v.pipe(v.string(), v.minLength(1));
/** Alexa calls over HTTPS on port 443 only (Amazon: account linking schemas). */
const address = v.pipe(
  v.string(),
  v.url(),
  v.check((url) => new URL(url).protocol === 'https:' && new URL(url).port === '', 'HTTPS on port 443'),
);

/** `accountLinking` in the secret entry. */
const MakersLinking = v.strictObject({
  authorizationUrl: address,
  accessTokenUrl: address,
  accessTokenScheme: v.optional(v.picklist(['HTTP_BASIC', 'REQUEST_BODY_CREDENTIALS']), 'HTTP_BASIC'),
  clientId: text,
  clientSecret: text,
  scopes: v.pipe(v.array(text), v.minLength(1), v.maxLength(15)),
  domains: v.optional(v.pipe(v.array(text), v.maxLength(15)), []),
});
type MakersLinking = v.InferOutput<typeof MakersLinking>;

/**
 * What the secret entry says of the maker's authorization server, for Alexa and for the functions.
 * @throws Failure that names the fields, and no value
 */
export function makersLinkingOf(entry: Entry): MakersLinking {
  const issuers = v.safeParse(v.pipe(v.array(Issuer), v.minLength(1)), entry.authorizationServers);
  const linking = v.safeParse(MakersLinking, entry.accountLinking);
  const fields = [
    ...fieldsOf('authorizationServers', issuers.issues ?? []),
    ...fieldsOf('accountLinking', linking.issues ?? []),
  ];
  if (!issuers.success || !linking.success) {
    throw new Failure(
      `The secret entry lacks what your own authorization server needs, or has it wrong: ${fields.join(', ')}.`,
      'Set these fields in the Secrets Manager console (README, Your own authorization server), and run npm run deploy again.',
    );
  }
  const { clientId } = linking.output;
  if (issuers.output.every(({ clientIds }) => !clientIds.includes(clientId))) {
    throw new Failure(
      'No authorization server in the secret entry takes the client id of accountLinking, so every command would fail.',
      'Add that id to clientIds of the server in authorizationServers, beside the old ones, and run npm run deploy again.',
    );
  }
  return linking.output;
}

const fieldsOf = (field: string, issues: readonly v.BaseIssue<unknown>[]): string[] => [
  ...new Set(issues.map((issue) => [field, v.getDotPath(issue)].filter(Boolean).join('.'))),
];

/** What Alexa presents at the maker's token endpoint. */
export const makersPair = ({ clientId, clientSecret }: MakersLinking): Pair => ({ clientId, clientSecret });

/** The account linking that should be set; what somebody typed into the developer console is sent along. */
export function wantedMakersLinking(entry: Entry, shown?: AccountLinking) {
  const { clientSecret: _, domains, ...linking } = makersLinkingOf(entry);
  const { host } = new URL(linking.authorizationUrl);
  return withTyped({ ...linking, type: 'AUTH_CODE', domains: [host, ...domains], redirectUrls: [] }, shown);
}

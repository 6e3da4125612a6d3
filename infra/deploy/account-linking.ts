import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Pair } from './secret-entry.ts';
import { undoing } from './undo.ts';

// Account linking in the form of Amazon's skill management API. It is not in the manifest, and `ask deploy` does not send it.

const optionalText = v.optional(v.string());
const Shown = v.object({
  accountLinkingResponse: v.looseObject({
    type: optionalText,
    authorizationUrl: optionalText,
    accessTokenUrl: optionalText,
    accessTokenScheme: optionalText,
    clientId: optionalText,
    scopes: v.optional(v.array(v.string())),
    domains: v.optional(v.array(v.string())),
    redirectUrls: v.nullish(v.array(v.string())),
    defaultTokenExpirationInSeconds: v.nullish(v.number()),
    authorizationUrlsByPlatform: v.nullish(v.array(v.unknown())),
  }),
});
export type AccountLinking = v.InferOutput<typeof Shown>['accountLinkingResponse'];

/** @param body what `ask smapi get-account-linking-info` prints */
export const readAccountLinking = (body: unknown): AccountLinking => v.parse(Shown, body).accountLinkingResponse;

/** Amazon takes no more domains. */
const MOST_DOMAINS = 15;

/** Where Amazon's consent page may send people back to, at each address of our linking server. */
export const consentRedirects = (origins: readonly string[]): string[] =>
  origins.map((origin) => `${origin}/alexa/callback`);

/**
 * The account linking that should be set. An update replaces the whole, so what somebody typed into the developer console is sent along.
 * @param origins of our linking server, the preferred one first
 * @param shown what Amazon has now
 */
export const wantedLinking = (
  origins: readonly [string, ...string[]],
  clientId: string,
  shown?: AccountLinking,
): WantedLinking => {
  const [origin] = origins;
  return withTyped(
    {
      type: 'AUTH_CODE',
      authorizationUrl: `${origin}/authorize`,
      accessTokenUrl: `${origin}/token`,
      accessTokenScheme: 'HTTP_BASIC',
      clientId,
      // Smart home skills must have one (Amazon: account linking schemas). It does not limit what a link may do.
      scopes: ['lamps'],
      domains: [new URL(origin).host],
      redirectUrls: consentRedirects(origins),
    },
    shown,
  );
};

/** The request with what somebody typed into the developer console. */
export function withTyped(ours: OurLinking, shown?: AccountLinking): WantedLinking {
  const { defaultTokenExpirationInSeconds: lifetime, authorizationUrlsByPlatform: apps } = shown ?? {};
  return {
    ...ours,
    domains: union(ours.domains, shown?.domains).slice(0, MOST_DOMAINS),
    redirectUrls: union(ours.redirectUrls, shown?.redirectUrls),
    ...(typeof lifetime === 'number' && { defaultTokenExpirationInSeconds: lifetime }),
    ...(apps && { authorizationUrlsByPlatform: apps }),
  };
}

const union = (ours: readonly string[], typed?: readonly string[] | null): string[] => [
  ...new Set([...ours, ...(typed ?? [])]),
];

type OurLinking = {
  readonly type: string;
  readonly authorizationUrl: string;
  readonly accessTokenUrl: string;
  readonly accessTokenScheme: string;
  readonly clientId: string;
  readonly scopes: string[];
  readonly domains: string[];
  readonly redirectUrls: string[];
};

export type WantedLinking = OurLinking & {
  readonly defaultTokenExpirationInSeconds?: number;
  readonly authorizationUrlsByPlatform?: unknown[];
};

/** The fields in which Amazon has something else. */
export function differences(shown: AccountLinking | undefined, wanted: WantedLinking): string[] {
  return Object.entries(wanted).flatMap(([name, value]) => {
    const is = shown?.[name];
    const same = Array.isArray(value) ? sorted(is) === sorted(value) : is === value;
    return same ? [] : [name];
  });
}

const sorted = (list: unknown): string => JSON.stringify(Array.isArray(list) ? [...list].sort() : list);

/**
 * Writes the request to a file that only its owner can read, since everybody on the machine can see a command line. The file is deleted
 * after `work`, or on Ctrl-C.
 */
export async function withRequestFile<T>(
  wanted: WantedLinking,
  { clientSecret }: Pick<Pair, 'clientSecret'>,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'account-linking-'));
  return await undoing(
    () => rmSync(folder, { recursive: true, force: true }),
    async () => {
      const path = join(folder, 'request.json');
      // ask-cli does not add this wrapper.
      const request = { accountLinkingRequest: { ...wanted, clientSecret } };
      writeFileSync(path, JSON.stringify(request), { mode: 0o600, flag: 'wx' });
      return await work(path);
    },
  );
}

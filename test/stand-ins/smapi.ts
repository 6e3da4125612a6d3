import { randomBytes, randomUUID } from 'node:crypto';
import { type Answered, type Asked, json, type Loopback, serveLoopback } from './loopback.ts';
import { unzip } from './zip.ts';

export interface LinkingRequest {
  readonly type: string;
  readonly authorizationUrl: string;
  readonly accessTokenUrl: string;
  readonly accessTokenScheme: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly redirectUrls?: readonly string[];
}

export interface StandInSkill {
  readonly skillId: string;
  manifest: Manifest;
  accountLinking: LinkingRequest | undefined;
  readonly messaging: { readonly clientId: string; readonly clientSecret: string };
}

/** The part of Amazon's skill management API and Login with Amazon that ask-cli calls. */
export interface StandInSmapi extends Loopback {
  readonly skills: ReadonlyMap<string, StandInSkill>;
  /** Puts a skill there that was made earlier. */
  add(skill: StandInSkill): StandInSkill;
  /** `METHOD /path` of every request. */
  readonly calls: readonly string[];
}

interface Manifest {
  readonly publishingInformation: { readonly locales: Readonly<Record<string, Readonly<Record<string, string>>>> };
  readonly apis: { readonly smartHome?: Places };
  readonly events?: Places;
}

interface Places {
  readonly endpoint?: { readonly uri: string };
  readonly regions?: Readonly<Record<string, { readonly endpoint: { readonly uri: string } }>>;
}

type MayInvoke = (arn: string, principal: string, skillId: string) => boolean;

interface Held {
  readonly skills: Map<string, StandInSkill>;
  readonly uploads: Map<string, Buffer>;
  readonly imports: Map<string, object>;
  readonly mayInvoke: MayInvoke;
}

/** @param mayInvoke whether a function lets Alexa invoke it on behalf of a skill; SMAPI rejects a manifest that names another function */
export async function startSmapi(mayInvoke: MayInvoke): Promise<StandInSmapi> {
  const held: Held = { skills: new Map(), uploads: new Map(), imports: new Map(), mayInvoke };
  const calls: string[] = [];
  const loopback = await serveLoopback((asked) => {
    calls.push(`${asked.method} ${asked.url.pathname}`);
    return answer(held, asked, loopback.url);
  });
  const add = (skill: StandInSkill) => {
    held.skills.set(skill.skillId, skill);
    return skill;
  };
  return { ...loopback, skills: held.skills, add, calls };
}

function answer(held: Held, { method, url, headers, body }: Asked, base: string): Answered {
  const path = url.pathname;
  if (path === '/auth/o2/token') {
    return json(200, {
      access_token: 'Atza|stand-in',
      refresh_token: 'Atzr|stand-in',
      token_type: 'bearer',
      expires_in: 3600,
    });
  }
  const upload = /^\/uploads\/([\w-]+)$/.exec(path)?.[1];
  if (upload !== undefined && method === 'PUT') {
    held.uploads.set(upload, body);
    return { status: 200 };
  }
  if (!headers.authorization?.includes('Atza|stand-in')) return refused(401, 'Token is invalid/expired');
  if (method === 'POST' && path === '/v1/skills/uploads') {
    return json(201, { uploadUrl: `${base}/uploads/${randomUUID()}`, expiresAt: '2030-01-01T00:00:00.000Z' });
  }
  if (method === 'POST' && path === '/v1/skills/imports') return importPackage(held, body, undefined);
  const imported = held.imports.get(/^\/v1\/skills\/imports\/([\w-]+)$/.exec(path)?.[1] ?? '');
  if (method === 'GET' && imported) return json(200, imported);
  if (method === 'GET' && path === '/v1/skills') {
    return json(200, { isTruncated: false, skills: [...held.skills.values()].map(listed) });
  }
  const [, skillId = '', rest = ''] = /^\/v1\/skills\/([^/]+)(?:\/(.*))?$/.exec(path) ?? [];
  const skill = held.skills.get(skillId);
  if (!skill) return refused(404, 'Skill with the given id is not found.');
  return ofSkill(held, skill, method, rest, body) ?? refused(404, `the stand-in does not know ${method} ${path}`);
}

function ofSkill(held: Held, skill: StandInSkill, method: string, rest: string, body: Buffer): Answered | undefined {
  switch (`${method} ${rest}`) {
    case 'POST imports':
      return importPackage(held, body, skill.skillId);
    case 'GET credentials':
      return json(200, { skillMessagingCredentials: skill.messaging });
    case 'GET status':
      return json(200, { manifest: { eTag: 'x', lastUpdateRequest: { status: 'SUCCEEDED' } } });
    case 'GET stages/development/manifest':
      return json(200, { manifest: skill.manifest });
    case 'GET stages/development/accountLinkingClient': {
      if (!skill.accountLinking) return refused(404, 'Account linking does not exist for this skill.');
      const { clientSecret: _, ...shown } = skill.accountLinking;
      return json(200, { accountLinkingResponse: shown });
    }
    case 'PUT stages/development/accountLinkingClient': {
      const { accountLinkingRequest: asked } = JSON.parse(body.toString()) as {
        accountLinkingRequest?: LinkingRequest;
      };
      const https =
        asked && [asked.authorizationUrl, asked.accessTokenUrl].every((url) => /^https:\/\/[^:/]+\//.test(url));
      if (!https || asked.type !== 'AUTH_CODE' || asked.scopes.length === 0)
        return refused(400, 'accountLinkingRequest is invalid.');
      skill.accountLinking = asked;
      return { status: 204 };
    }
    case 'DELETE ':
      held.skills.delete(skill.skillId);
      return { status: 204 };
    default:
      return undefined;
  }
}

function importPackage(held: Held, body: Buffer, known: string | undefined): Answered {
  const { location } = JSON.parse(body.toString()) as { location: string };
  const skillId = known ?? `amzn1.ask.skill.${randomUUID()}`;
  const taken = take(held, location, skillId);
  const importId = randomUUID();
  const resource = { name: 'Manifest', status: typeof taken === 'string' ? 'FAILED' : 'SUCCEEDED' };
  const errors = typeof taken === 'string' ? [{ message: taken }] : [];
  held.imports.set(importId, { status: resource.status, skill: { skillId, resources: [{ ...resource, errors }] } });
  return { status: 202, headers: { location: `/v1/skills/imports/${importId}` } };
}

/** @returns what is wrong with a package, or its skill */
function take({ skills, uploads, mayInvoke }: Held, location: string, skillId: string): string | StandInSkill {
  const files = unzip(uploads.get(new URL(location).pathname.split('/').at(-1) ?? '') ?? Buffer.alloc(0));
  const text = files.get('skill.json') ?? files.get('skill-package/skill.json');
  if (!text) return 'skill.json is missing';
  const { manifest } = JSON.parse(text.toString()) as { manifest: Manifest };
  for (const [locale, fields] of Object.entries(manifest.publishingInformation.locales)) {
    for (const icon of [fields.smallIconUri, fields.largeIconUri]) {
      const path = icon?.startsWith('file://') ? icon.slice('file://'.length) : undefined;
      if (path !== undefined && ![...files.keys()].some((name) => name.endsWith(path)))
        return `${path} of ${locale} is missing`;
    }
  }
  const refused = [
    ...placesIn(manifest.apis.smartHome).map((arn) => [arn, 'alexa-connectedhome.amazon.com'] as const),
    ...placesIn(manifest.events).map((arn) => [arn, 'alexa-appkit.amazon.com'] as const),
  ].find(([arn, principal]) => !mayInvoke(arn, principal, skillId));
  if (refused) return `The trigger setting for the Lambda ${refused[0]} is invalid.`;
  const standing = skills.get(skillId);
  const messaging = {
    clientId: `amzn1.application-oa2-client.${randomBytes(16).toString('hex')}`,
    clientSecret: `amzn1.oa2-cs.v1.${randomBytes(32).toString('hex')}`,
  };
  const skill = standing ?? { skillId, manifest, accountLinking: undefined, messaging };
  skill.manifest = manifest;
  skills.set(skillId, skill);
  return skill;
}

const placesIn = ({ endpoint, regions = {} }: Places = {}): string[] =>
  [endpoint, ...Object.values(regions).map((region) => region.endpoint)].flatMap((one) => (one ? [one.uri] : []));

const listed = ({ skillId, manifest }: StandInSkill) => ({
  skillId,
  stage: 'development',
  apis: Object.keys(manifest.apis),
  publicationStatus: 'DEVELOPMENT',
  nameByLocale: Object.fromEntries(
    Object.entries(manifest.publishingInformation.locales).map(([locale, { name = '' }]) => [locale, name]),
  ),
});

const refused = (status: number, message: string): Answered => json(status, { message });

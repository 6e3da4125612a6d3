import { parseJson } from '../../lambda/basics/json.ts';
import { type Answer, authorizationRequired, failure, invalidToken, json, plain, unknownId } from './answers.ts';
import {
  accountOf,
  activitiesOf,
  execute,
  included,
  inResidence,
  ownAccount,
  ownSwitch,
  permittedResidence,
  residenceRecord,
  residencesOf,
  roomsOf,
  self,
  switchesOf,
  turn,
  write,
} from './records.ts';
import { type Cloud, fieldsOf, isFields, open, type RestRequest, type Route, signedIn } from './rest-call.ts';
import { login, logout, userOf } from './sign-in.ts';

/** Method and path, in small letters: the cloud's routes take any. */
const routes: Readonly<Record<string, Route>> = {
  'get /apiversion': open(() => plain('1.64.0')),
  'post /person/login': open(login),
  'post /person/logout': signedIn(logout),
  'get /person/:id': signedIn((call) => self(call, userOf)),
  'get /person/:id/residentialpermissions': signedIn((call) => self(call, ({ permissions }) => permissions)),
  'get /residentialaccounts/:id': signedIn((call) => ownAccount(call, accountOf)),
  'get /residentialaccounts/:id/residences': signedIn((call) => ownAccount(call, residencesOf)),
  'get /residentialpermissions/:id/residence': signedIn(permittedResidence),
  'get /residences/:id': signedIn((call) => inResidence(call, (id) => residenceRecord(call, id))),
  'get /residences/:id/iotswitches': signedIn((call) => inResidence(call, (id) => switchesOf(call, id))),
  'get /residences/:id/residentialrooms': signedIn((call) => inResidence(call, (id) => roomsOf(call, id))),
  'get /residences/:id/residentialactivities': signedIn((call) => inResidence(call, (id) => activitiesOf(call, id))),
  // Listing every switch there is: not for users.
  'get /iotswitches': signedIn(authorizationRequired),
  'get /iotswitches/:id': signedIn((call) =>
    ownSwitch(call, call.ids[0], (record) => json(200, included(record, call))),
  ),
  'put /iotswitches/:id': signedIn((call) => ownSwitch(call, call.ids[0], (record) => write(call, record))),
  'put /residences/:id/iotswitches/:id': signedIn((call) =>
    ownSwitch(call, call.ids[1], (record) =>
      String(record.residenceId) === call.ids[0] ? write(call, record) : unknownId('IotSwitch', String(record.id)),
    ),
  ),
  'post /residentialactivities/execute': signedIn(execute),
  'post /residentialrooms/turnon': signedIn((call) => turn(call, 'ON')),
  'post /residentialrooms/turnoff': signedIn((call) => turn(call, 'OFF')),
};

const patterns = Object.entries(routes).map(([key, route]) => {
  const [method, path = ''] = key.split(' ');
  const root = path === '/apiversion' ? '' : '/api';
  return { method, route, regex: new RegExp(`^${root}${path.replaceAll(':id', '([^/]+)')}/?$`, 'i') };
});

/** LoopBack's models here, as it spells them in messages. */
const models =
  'Person ResidentialAccounts ResidentialPermissions Residences IotSwitches ResidentialActivities ResidentialRooms'
    .split(' ')
    .map((path) => ({
      path,
      model: path === 'IotSwitches' ? 'IotSwitch' : path.replace(/ies$/, 'y').replace(/s$/, ''),
    }));

/** The part of a path that names a model and what to do with it. */
export const belowApi = (path: string): string => path.replace(/^\/api(?=\/)/i, '');

/** Whether a request must show a token. */
export const needsToken = (request: RestRequest): boolean => match(request)?.route.open === false;

/** Whose request this is: by its token, or by what it signs in with. */
export function emailOf(request: RestRequest, { accounts }: Cloud): string | undefined {
  const token = tokenOf(request);
  if (token !== undefined) return accounts.session(token)?.person.email;
  const { email } = fieldsOf(request.body);
  return typeof email === 'string' ? email : undefined;
}

/** The cloud's answer, with all the effects of the request. */
export function respond(request: RestRequest, cloud: Cloud): Answer {
  const found = match(request);
  if (!found) return noSuchMethod(request);
  const { route, ids } = found;
  const token = tokenOf(request);
  const session = token === undefined ? undefined : cloud.accounts.session(token);
  const standing = session && cloud.accounts.standing(session);
  // Even a login is refused when it carries a dead token (InnovoDeveloper's fork of home-assistant-leviton-decora-smart-wifi).
  if (standing === 'lapsed') return invalidToken();
  if (standing === 'ended' && (session?.endedStatus ?? 401) !== 401)
    return failure(session?.endedStatus ?? 401, 'Not Acceptable');
  if (token !== undefined && standing !== 'good') return authorizationRequired();
  if (request.method !== 'GET' && !isFields(request.body)) return failure(400, 'The body is not an object.');

  const call = { cloud, ids, query: request.query, fields: fieldsOf(request.body), include: includeOf(request) };
  if (route.open) return route.handle(call);
  return session ? route.handle({ ...call, session, person: session.person }) : authorizationRequired();
}

function match({ method, path }: RestRequest): { route: Route; ids: string[] } | undefined {
  for (const pattern of patterns) {
    const groups = pattern.method === method.toLowerCase() && pattern.regex.exec(path);
    if (groups) return { route: pattern.route, ids: groups.slice(1) };
  }
  return undefined;
}

function noSuchMethod({ method, path }: RestRequest): Answer {
  const [, first = '', rest = ''] = /^\/api\/([^/]*)(.*)$/i.exec(path) ?? [];
  const known = models.find((entry) => entry.path.toLowerCase() === first.toLowerCase());
  if (!known) return failure(404, `There is no method to handle ${method} ${path}`);
  return failure(404, `Shared class "${known.model}" has no method handling ${method} ${rest || '/'}`);
}

/** The token as it is: no `Bearer` stands before it. */
function tokenOf({ query, headers }: RestRequest): string | undefined {
  const token = query.get('access_token') ?? headers['x-access-token'] ?? headers.authorization;
  return typeof token === 'string' && token !== '' ? token : undefined;
}

/** Only `include` of a `filter` is honoured, from the header or the query; what cannot be read is passed over. */
function includeOf({ query, headers }: RestRequest): string[] {
  const filter = headers.filter ?? query.get('filter');
  if (typeof filter !== 'string') return [];
  const { include } = fieldsOf(parseJson(filter));
  const relations = [include].flat().map((entry) => fieldsOf(entry).relation ?? entry);
  return relations.filter((relation) => typeof relation === 'string');
}

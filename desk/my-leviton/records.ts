import { mayEnter, type Person } from './accounts.ts';
import { type Answer, authorizationRequired, failure, json, unknownId } from './answers.ts';
import type { IotSwitch } from './contract.ts';
import { invalidField } from './devices.ts';
import type { Activity, Room } from './residences.ts';
import type { Call, Cloud, PersonCall } from './rest-call.ts';

export const accountOf = (person: Person) => ({
  id: person.residentialAccountId,
  primaryResidenceId: person.primaryResidenceId,
});

export const residencesOf = (person: Person, { residenceRegistry }: Cloud) =>
  person.residenceIds.map((id) => residenceRegistry.residence(id));

/** A person's own record; anybody else's is refused, whether it exists or not. */
export const self = ({ ids, person }: PersonCall, read: (person: Person) => unknown): Answer =>
  ids[0] === String(person.userId) ? json(200, read(person)) : authorizationRequired();

export const ownAccount = (
  { ids, person, cloud }: PersonCall,
  read: (person: Person, cloud: Cloud) => unknown,
): Answer =>
  ids[0] === String(person.residentialAccountId) ? json(200, read(person, cloud)) : authorizationRequired();

export function permittedResidence({ ids, person, cloud }: PersonCall): Answer {
  const permission = person.permissions.find(({ id }) => String(id) === ids[0]);
  if (!permission) return authorizationRequired();
  const { residenceId } = permission;
  return residenceId === null
    ? unknownId('Residence', 'null')
    : json(200, cloud.residenceRegistry.residence(residenceId));
}

export function inResidence({ ids, person, cloud }: PersonCall, read: (residenceId: number) => unknown): Answer {
  const residence = cloud.residenceRegistry.residences.get(Number(ids[0]));
  if (!residence) return unknownId('Residence', ids[0] ?? '');
  return mayEnter(person, residence.id) ? json(200, read(residence.id)) : authorizationRequired();
}

export const residenceRecord = ({ cloud }: PersonCall, id: number) => ({
  ...cloud.residenceRegistry.residence(id),
  status: 'HOME',
  timezone: { id: 'America/New_York', name: 'Eastern' },
});

export const switchesOf = (call: PersonCall, residenceId: number) =>
  call.cloud.devices.of(residenceId).map((record) => included(record, call));

/** A switch without its buttons, unless they were asked for. */
export function included({ iotButtons, ...record }: IotSwitch, { include }: Call): object {
  return include.includes('iotButtons') ? { ...record, iotButtons: iotButtons ?? [] } : record;
}

const switchesIn = ({ devices }: Cloud, room: Room) =>
  devices.of(room.residenceId).filter((record) => record.residentialRoomId === room.id);

export const roomsOf = ({ cloud }: PersonCall, residenceId: number) =>
  [...cloud.residenceRegistry.rooms.values()]
    .filter((room) => room.residenceId === residenceId)
    .map((room) => {
      const switches = switchesIn(cloud, room);
      return {
        ...room,
        power: switches.some(({ power }) => power === 'ON') ? 'ON' : 'OFF',
        allConnected: switches.every(({ connected }) => connected),
        position: null,
      };
    });

export const activitiesOf = ({ cloud, include }: PersonCall, residenceId: number) =>
  [...cloud.residenceRegistry.activities.values()]
    .filter((activity) => activity.residenceId === residenceId)
    .map(({ actions, ...activity }) => ({
      ...activity,
      customIcon: null,
      isButtonActivity: false,
      onAccountId: null,
      onAwayId: null,
      ...(include.includes('residentialActions') && { residentialActions: actions.map(actionRecord) }),
    }));

const actionRecord = ({ switchId, ...properties }: Activity['actions'][number]) => ({
  targetModelName: 'IotSwitch',
  targetModelId: switchId,
  targetProperty: 'properties',
  targetValue: JSON.stringify(properties),
});

export function ownSwitch(
  { person, cloud }: PersonCall,
  id: string | undefined,
  answer: (record: IotSwitch) => Answer,
): Answer {
  if (!cloud.devices.has(Number(id))) return unknownId('IotSwitch', id ?? '');
  const record = cloud.devices.record(Number(id));
  return mayEnter(person, record.residenceId) ? answer(record) : authorizationRequired();
}

/** The reply is the record after the merge: what was asked for, not what the device will do. */
export function write({ cloud, fields, session }: PersonCall, { id }: IotSwitch): Answer {
  const invalid = invalidField(fields);
  if (invalid)
    return failure(422, `The \`IotSwitch\` instance is not valid. Details: ${invalid}.`, undefined, 'ValidationError');
  cloud.devices.write(id, fields, session.clientId);
  const { iotButtons: _, ...merged } = cloud.devices.record(id);
  return json(200, merged);
}

export function execute(call: PersonCall): Answer {
  const activity = call.cloud.residenceRegistry.activities.get(Number(call.query.get('id')));
  if (!activity) return unknownId('ResidentialActivity', call.query.get('id') ?? '');
  if (!mayEnter(call.person, activity.residenceId)) return authorizationRequired();
  for (const { switchId, ...fields } of activity.actions) {
    if (call.cloud.devices.has(switchId)) call.cloud.devices.write(switchId, fields, call.session.clientId);
  }
  return json(200, {});
}

export function turn(call: PersonCall, power: 'ON' | 'OFF'): Answer {
  const room = call.cloud.residenceRegistry.rooms.get(Number(call.query.get('id')));
  if (!room) return unknownId('ResidentialRoom', call.query.get('id') ?? '');
  if (!mayEnter(call.person, room.residenceId)) return authorizationRequired();
  for (const { id } of switchesIn(call.cloud, room)) call.cloud.devices.write(id, { power }, call.session.clientId);
  return json(200, {});
}

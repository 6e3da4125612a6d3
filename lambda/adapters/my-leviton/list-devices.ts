import * as v from 'valibot';
import { inParallel } from '../../basics/in-parallel.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Device, DeviceList, Skipped } from '../../ports/device-cloud.ts';
import { CloudRateLimited, CloudUnreachable } from '../../ports/errors.ts';
import type { Account } from './account.ts';
import { isPresent, toDevice, WireId, WirePermission, WireResidence, WireSwitch } from './wire.ts';

type CloudFailure = CloudUnreachable | CloudRateLimited;

/** What was read, what was skipped, and the cloud's own failure on the way, if any. */
interface Found<T> {
  readonly items: readonly T[];
  readonly skipped: readonly Skipped[];
  readonly failure?: CloudFailure;
}

export interface ListPorts {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Is shown every record that was read. */
  readonly onRecord: (wire: WireSwitch) => void;
}

/** What the rows of a list are. */
interface Rows<S extends v.GenericSchema> {
  readonly schema: S;
  /** What is missing with a row that cannot be read but for its id. */
  readonly what: Skipped['what'];
  /** Whether a row is worth reading; every one is by default. */
  readonly counts?: (row: unknown) => boolean;
}

const PERMISSIONS = { schema: WirePermission, what: 'list' } as const;
const RESIDENCES = { schema: WireResidence, what: 'list' } as const;
const SWITCHES = { schema: WireSwitch, what: 'device', counts: isPresent } as const;

/** Residences read at once: a few, as each takes a connection. */
const AT_ONCE = 4;

/**
 * Every switchable device: all permissions, from each its residences, from each residence its switches. One that cannot be read is left
 * out; but if none could, and the cloud failed, an empty list would be false.
 * @throws SessionRejected, CloudUnreachable, CloudRateLimited
 */
export async function discover(account: Account, ports: ListPorts): Promise<DeviceList> {
  const { signal } = ports;
  const residences = await residenceIds(account, signal);
  const read = await inParallel(residences.items, AT_ONCE, (id) => switches(account, id, ports));
  const failure = residences.failure ?? read.find((found) => found.failure)?.failure;
  if (failure && !read.some((found) => !found.failure)) throw failure;
  const devices = new Map(read.flatMap((found) => found.items).map((device) => [device.id, device]));
  return {
    devices: [...devices.values()],
    skipped: [...residences.skipped, ...read.flatMap((found) => found.skipped)],
  };
}

/**
 * A permission of an owner names an account with its residences, one of an invited person the residence itself. The account's own
 * `primaryResidenceId` is not asked: on newer accounts it is none of the person's residences
 * (github.com/tabrindle/homebridge-leviton/issues/6).
 */
async function residenceIds(account: Account, signal: AbortSignal): Promise<Found<string>> {
  const rows = readEach(PERMISSIONS, await account.permissions(), 'permission');
  const owned = unique(rows.items.map((row) => row.residentialAccountId));
  const invited = unique(rows.items.map((row) => row.residenceId));
  const lists = await inParallel(owned, AT_ONCE, (id) =>
    list(account, `/ResidentialAccounts/${id}/residences`, RESIDENCES, `account ${id}`, signal),
  );
  const all = [
    { ...rows, items: invited },
    ...lists.map((found) => ({ ...found, items: found.items.map(({ id }) => id) })),
  ];
  const failure = all.find((found: Found<string>) => found.failure)?.failure;
  return {
    items: unique(all.flatMap((found) => found.items)),
    skipped: all.flatMap((found) => found.skipped),
    ...(failure && { failure }),
  };
}

async function switches(
  account: Account,
  residenceId: string,
  { clock, signal, onRecord }: ListPorts,
): Promise<Found<Device>> {
  const asked = clock.now(); // a push that overtakes the answer is newer than what is in it
  const path = `/Residences/${residenceId}/iotSwitches`;
  const found = await list(account, path, SWITCHES, `residence ${residenceId}`, signal);
  for (const wire of found.items) onRecord(wire);
  return { ...found, items: found.items.map((wire) => toDevice(wire, asked, 0)) };
}

/** A list of the cloud's, each item by itself. What cannot be read as a whole is skipped by `name`. */
async function list<const S extends v.GenericSchema>(
  account: Account,
  path: string,
  rows: Rows<S>,
  name: string,
  signal: AbortSignal,
): Promise<Found<v.InferOutput<S>>> {
  try {
    const result = await account.get(path);
    if ('body' in result) return readEach(rows, result.body, name);
    if ('odd' in result) throw result.odd;
    if ('unknown' in result) throw result.unknown;
    const reason = 'refused' in result ? 'this account may not read it' : 'it does not exist';
    return { items: [], skipped: [{ what: 'list', id: name, reason }] };
  } catch (error) {
    if (signal.aborted || !(error instanceof CloudUnreachable || error instanceof CloudRateLimited)) throw error;
    return { items: [], skipped: [{ what: 'list', id: name, reason: error.message }], failure: error };
  }
}

/** @throws CloudUnreachable when there is no list at all */
function readEach<const S extends v.GenericSchema>(
  { schema, what, counts = () => true }: Rows<S>,
  body: unknown,
  name: string,
): Found<v.InferOutput<S>> {
  if (!Array.isArray(body)) throw new CloudUnreachable(`${name}: no list`, { answer: 'unreadable' });
  const items: v.InferOutput<S>[] = [];
  const skipped: Skipped[] = [];
  for (const row of body.filter(counts)) {
    const item = v.safeParse(schema, row);
    if (item.success) items.push(item.output);
    else {
      const id = idOf(row);
      const reason = `malformed: ${item.issues.map((issue) => v.getDotPath(issue)).join(', ')}`;
      // Which one it is, a row without an id does not say: it may be any.
      skipped.push(id === undefined ? { what: 'list', id: name, reason } : { what, id, reason });
    }
  }
  return { items, skipped };
}

function idOf(row: unknown): string | undefined {
  const named = v.safeParse(v.object({ id: WireId }), row);
  return named.success ? named.output.id : undefined;
}

const unique = (ids: readonly (string | null | undefined)[]): string[] => [...new Set(ids.filter((id) => id != null))];

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { parseJson } from '../../lambda/basics/json.ts';
import type { Stack } from './aws/stacks.ts';
import { readIfThere } from './working-files.ts';

// What this checkout deployed last, so that the next run knows whether anything has changed. Without this file it simply deploys.

const Records = v.record(v.string(), v.object({ fingerprint: v.string(), stacks: v.record(v.string(), v.string()) }));

const pathIn = (root: string): string => join(root, '.ask', 'deployed.json');

function read(root: string): v.InferOutput<typeof Records> {
  const records = v.safeParse(Records, parseJson(readIfThere(pathIn(root)) ?? ''));
  return records.success ? records.output : {};
}

/** Whether this was deployed last, from here, and by nobody else since: another deployment has another version of the code. */
export function isDeployed(root: string, profile: string, fingerprint: string, stacks: readonly Stack[]): boolean {
  const record = read(root)[profile];
  if (record?.fingerprint !== fingerprint || Object.keys(record.stacks).length !== stacks.length) return false;
  return stacks.every(({ id, parameters }) => record.stacks[id] === parameters.CodeVersion);
}

export function noteDeployed(root: string, profile: string, fingerprint: string, stacks: readonly Stack[]): void {
  const versions = Object.fromEntries(stacks.map(({ id, parameters }) => [id, parameters.CodeVersion ?? '']));
  write(root, { ...read(root), [profile]: { fingerprint, stacks: versions } });
}

/** Makes the next run deploy even if nothing has changed. */
export function forgetDeployed(root: string, profile: string): void {
  const { [profile]: known, ...others } = read(root);
  if (known) write(root, others);
}

function write(root: string, records: v.InferOutput<typeof Records>): void {
  mkdirSync(join(root, '.ask'), { recursive: true });
  writeFileSync(pathIn(root), JSON.stringify(records));
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { parseJson } from '../../lambda/basics/json.ts';
import type { Stack } from './aws/stacks.ts';
import { Failure } from './failure.ts';
import { readIfThere } from './working-files.ts';

// `.ask/ask-states.json`, where ask-cli notes what it has created. It is not in the repository, so a fresh checkout has none.

const DEPLOYER = '@ask-cli/cfn-deployer';

const DeployState = v.looseObject({ stackId: v.optional(v.string()) });
const Profile = v.looseObject({
  skillId: v.optional(v.string()),
  skillInfrastructure: v.optional(
    v.looseObject({
      [DEPLOYER]: v.optional(v.looseObject({ deployState: v.optional(v.record(v.string(), v.nullable(DeployState))) })),
    }),
  ),
});
const AskStates = v.looseObject({
  askcliStatesVersion: v.optional(v.string(), '2020-03-31'),
  profiles: v.optional(v.record(v.string(), Profile), {}),
});

const pathIn = (root: string): string => join(root, '.ask', 'ask-states.json');

function read(root: string): v.InferOutput<typeof AskStates> {
  const states = v.safeParse(AskStates, parseJson(readIfThere(pathIn(root)) ?? '{}'));
  if (states.success) return states.output;
  const remedy = 'Delete it, and run npm run deploy -- --skill-id with the id that the developer console shows.';
  throw new Failure('.ask/ask-states.json cannot be read.', remedy);
}

function write(root: string, states: v.InferOutput<typeof AskStates>): void {
  mkdirSync(dirname(pathIn(root)), { recursive: true });
  writeFileSync(pathIn(root), JSON.stringify(states, null, 2));
}

/** The skill that ask-cli would deploy to. */
export const knownSkill = (root: string, profile: string): string | undefined => read(root).profiles[profile]?.skillId;

/** The stack that ask-cli would update, by its own name of the region. */
export const knownStack = (root: string, profile: string, region: string): string | undefined =>
  read(root).profiles[profile]?.skillInfrastructure?.[DEPLOYER]?.deployState?.[region]?.stackId;

/** Makes ask-cli know a skill and its stacks, by its names of the regions. @returns whether that was new to it */
export function remember(
  root: string,
  profile: string,
  skillId: string,
  stacks: Readonly<Record<string, Stack>>,
): boolean {
  const states = read(root);
  const known = states.profiles[profile] ?? {};
  const deployState = known.skillInfrastructure?.[DEPLOYER]?.deployState ?? {};
  const same =
    known.skillId === skillId &&
    Object.entries(stacks).every(([region, { id }]) => deployState[region]?.stackId === id);
  if (same) return false;
  const learnt = Object.fromEntries(Object.entries(stacks).map(([region, stack]) => [region, toDeployState(stack)]));
  // With the note of another skill's package, ask-cli would not upload this one.
  const { skillMetadata: _, ...rest } = known;
  const profiles = {
    ...states.profiles,
    [profile]: {
      ...(known.skillId === skillId ? known : rest),
      skillId,
      skillInfrastructure: {
        ...known.skillInfrastructure,
        [DEPLOYER]: { deployState: known.skillId === skillId ? { ...deployState, ...learnt } : learnt },
      },
    },
  };
  write(root, { ...states, profiles });
  return true;
}

/** Makes ask-cli forget all of a profile. */
export function forget(root: string, profile: string): void {
  const states = read(root);
  const { [profile]: known, ...profiles } = states.profiles;
  if (known) write(root, { ...states, profiles });
}

/** In the form that ask-cli's deployer writes. */
const toDeployState = ({ id, parameters, outputs }: Stack) => ({
  s3: { bucket: parameters.CodeBucket ?? '', key: parameters.CodeKey ?? '' },
  stackId: id,
  outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
});

import type { Made } from '../stand-ins/stack.ts';
import { SENDER } from './restored.ts';
import { openSingleStack, type World } from './single-stack.ts';

/** A deployment whose sender has a verified domain, not deployed yet. */
export async function openVerified(): Promise<World> {
  const world = await openSingleStack();
  world.aws.mail.identities.set('us-east-1 example.org', true);
  world.setParameters(SENDER);
  return world;
}

/** What a command said of the mail stack and SES. */
export const mailLines = (lines: readonly string[]) => lines.filter((line) => /mail stack|SES/.test(line));

/** The roles of the functions that send. */
export const rolesIn = ({ aws }: World) =>
  Object.entries(aws.stacks.standing()[0]?.resources ?? {})
    .filter(([name]) => /^(?:Skill|Linking|Watch|Worker|Maintenance)Role$/.test(name))
    .map(([, { id }]) => id)
    .sort();

export const variablesOf = ({ properties }: Made): Readonly<Record<string, string>> =>
  (properties.Environment as { Variables?: Record<string, string> } | undefined)?.Variables ?? {};

/** The configuration sets that the functions name, each once. */
export const setsNamedIn = (world: World): readonly string[] => [
  ...new Set(
    world
      .stacks()
      .flatMap(({ resources }) => Object.values(resources))
      .flatMap((one) => variablesOf(one).NOTICE_CONFIGURATION_SET ?? []),
  ),
];

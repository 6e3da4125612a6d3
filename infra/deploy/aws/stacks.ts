import { setTimeout as sleep } from 'node:timers/promises';
import { AwsRefusal, type QueryClient } from './query.ts';
import { type Element, first, membersAt, textAt } from './xml.ts';

export interface Stack {
  readonly id: string;
  readonly awsRegion: string;
  readonly status: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  /** Whether it must be unprotected before it can be deleted. */
  readonly isProtected: boolean;
}

/** Every existing stack of a skill in a region. */
export async function stacksOf(skillId: string, awsRegion: string, query: QueryClient): Promise<Stack[]> {
  const found: Stack[] = [];
  let next: string | undefined;
  do {
    const answer = await query('cloudformation', awsRegion, 'DescribeStacks', next ? { NextToken: next } : {});
    const result = first(answer, 'DescribeStacksResponse', 'DescribeStacksResult');
    found.push(...membersAt(result, 'Stacks').map((member) => toStack(member, awsRegion)));
    next = textAt(result, 'NextToken') || undefined;
  } while (next);
  return found.filter(({ parameters }) => parameters.SkillId === skillId);
}

/** Deletes a stack and waits for that. @returns the reason if it could not be deleted */
export async function deleteStack(
  { id, awsRegion }: Stack,
  query: QueryClient,
  onStatus: (status: string) => void,
  waitMs = 3_000,
): Promise<string | undefined> {
  await query('cloudformation', awsRegion, 'DeleteStack', { StackName: id });
  let last = '';
  for (;;) {
    const { status, reason } = await statusOf(id, awsRegion, query);
    if (status !== last) onStatus(status);
    last = status;
    if (status === 'DELETE_COMPLETE') return undefined;
    if (!status.endsWith('_IN_PROGRESS')) return reason || status;
    await sleep(waitMs);
  }
}

async function statusOf(
  id: string,
  awsRegion: string,
  query: QueryClient,
): Promise<{ status: string; reason: string }> {
  try {
    const answer = await query('cloudformation', awsRegion, 'DescribeStacks', { StackName: id });
    const [stack] = membersAt(answer, 'DescribeStacksResponse', 'DescribeStacksResult', 'Stacks');
    return {
      status: textAt(stack, 'StackStatus') ?? 'DELETE_COMPLETE',
      reason: textAt(stack, 'StackStatusReason') ?? '',
    };
  } catch (error) {
    // A deleted stack is unknown by name; by id it is described for 90 more days.
    if (error instanceof AwsRefusal && error.message.includes('does not exist')) {
      return { status: 'DELETE_COMPLETE', reason: '' };
    }
    throw error;
  }
}

/** @param element a member of the answer of DescribeStacks */
export function toStack(element: Element, awsRegion: string): Stack {
  const pairs = (list: string, key: string, value: string) =>
    Object.fromEntries(
      membersAt(element, list).map((member) => [textAt(member, key) ?? '', textAt(member, value) ?? '']),
    );
  return {
    id: textAt(element, 'StackId') ?? '',
    awsRegion,
    status: textAt(element, 'StackStatus') ?? '',
    parameters: pairs('Parameters', 'ParameterKey', 'ParameterValue'),
    outputs: pairs('Outputs', 'OutputKey', 'OutputValue'),
    isProtected: textAt(element, 'EnableTerminationProtection') === 'true',
  };
}

import type { QueryClient } from './query.ts';
import { membersAt, textAt } from './xml.ts';

/** What happened to one resource of a stack, or to the stack itself. */
export interface StackEvent {
  readonly resource: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string;
}

/** The type under which a stack's own events are listed. */
const STACK = 'AWS::CloudFormation::Stack';

/** CloudFormation writes these for resources that it stopped because another one failed. */
const FOLLOWS = /^Resource (?:creation|update|deletion|import) cancell?ed/i;

/**
 * The events of the newest change of a stack, newest first. CloudFormation lists all that ever happened, 100 on a page.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html
 */
export async function newestEvents(stackId: string, awsRegion: string, query: QueryClient): Promise<StackEvent[]> {
  const found: StackEvent[] = [];
  let next: string | undefined;
  do {
    const page = { StackName: stackId, ...(next && { NextToken: next }) };
    const answer = await query('cloudformation', awsRegion, 'DescribeStackEvents', page);
    const path = ['DescribeStackEventsResponse', 'DescribeStackEventsResult'] as const;
    for (const member of membersAt(answer, ...path, 'StackEvents')) {
      const event = {
        resource: textAt(member, 'LogicalResourceId') ?? '',
        type: textAt(member, 'ResourceType') ?? '',
        status: textAt(member, 'ResourceStatus') ?? '',
        reason: textAt(member, 'ResourceStatusReason') ?? '',
      };
      found.push(event);
      if (isBeginning(event)) return found;
    }
    next = textAt(answer, ...path, 'NextToken') || undefined;
  } while (next);
  return found;
}

const isBeginning = ({ type, status }: StackEvent): boolean =>
  type === STACK && /^(?:CREATE|UPDATE|IMPORT|DELETE)_IN_PROGRESS$/.test(status);

/**
 * The failure that the others followed from: the oldest that is not a mere cancellation.
 * @param events newest first
 */
export function causeIn(events: readonly StackEvent[]): StackEvent | undefined {
  const failures = events.filter(({ status, type }) => status.endsWith('_FAILED') && type !== STACK);
  return (
    failures.findLast(({ reason }) => !FOLLOWS.test(reason)) ??
    events.find(({ type, reason }) => type === STACK && reason !== '')
  );
}

/** In the words in which ask-cli prints an event. */
export const toLine = ({ resource, type, status, reason }: StackEvent): string =>
  `${resource}[${type}]  ${status} (${reason})`;

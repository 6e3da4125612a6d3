import type { QueryClient } from './query.ts';
import type { Stack } from './stacks.ts';
import { first, membersAt, textAt } from './xml.ts';

/** A resource of a stack. */
export interface ResourceOfStack {
  /** Its name in the template. */
  readonly logicalId: string;
  /** What CloudFormation knows it by, of functions and roles the name. */
  readonly id: string;
}

/** ListStackResources gives up to 100 in a page; DescribeStackResources stops after the first 100. */
export async function resourcesOf({ id, awsRegion }: Stack, query: QueryClient): Promise<ResourceOfStack[]> {
  const found: ResourceOfStack[] = [];
  let next: string | undefined;
  do {
    const asked = { StackName: id, ...(next && { NextToken: next }) };
    const answer = await query('cloudformation', awsRegion, 'ListStackResources', asked);
    const result = first(answer, 'ListStackResourcesResponse', 'ListStackResourcesResult');
    for (const member of membersAt(result, 'StackResourceSummaries')) {
      if (textAt(member, 'ResourceStatus') === 'DELETE_COMPLETE') continue;
      const physicalId = textAt(member, 'PhysicalResourceId');
      if (physicalId) found.push({ logicalId: textAt(member, 'LogicalResourceId') ?? '', id: physicalId });
    }
    next = textAt(result, 'NextToken') || undefined;
  } while (next);
  return found;
}

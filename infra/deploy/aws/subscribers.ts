import type { QueryClient } from './query.ts';
import { membersAt, textAt } from './xml.ts';

/** Somebody who gets what is published to a topic by e-mail. */
export interface Subscriber {
  readonly address: string;
  /** Amazon sends nothing before the person has followed the link in its first mail. */
  readonly confirmed: boolean;
}

/**
 * Everybody with an e-mail address at a topic.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
 */
export async function subscribersOf(topicArn: string, query: QueryClient): Promise<Subscriber[]> {
  const awsRegion = topicArn.split(':')[3] ?? '';
  const found: Subscriber[] = [];
  let next: string | undefined;
  do {
    const page = { TopicArn: topicArn, ...(next && { NextToken: next }) };
    const answer = await query('sns', awsRegion, 'ListSubscriptionsByTopic', page);
    const path = ['ListSubscriptionsByTopicResponse', 'ListSubscriptionsByTopicResult'] as const;
    for (const member of membersAt(answer, ...path, 'Subscriptions')) {
      if (textAt(member, 'Protocol') !== 'email') continue;
      const confirmed = textAt(member, 'SubscriptionArn')?.startsWith('arn:') ?? false;
      found.push({ address: textAt(member, 'Endpoint') ?? '', confirmed });
    }
    next = textAt(answer, ...path, 'NextToken') || undefined;
  } while (next);
  return found;
}

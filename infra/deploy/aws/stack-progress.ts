import { setTimeout as sleep } from 'node:timers/promises';
import { toFailure } from '../failures.ts';
import { AwsRefusal, type QueryClient } from './query.ts';
import { causeIn, newestEvents, toLine } from './stack-events.ts';
import { type Stack, toStack } from './stacks.ts';
import { first, membersAt, textAt } from './xml.ts';

export type OnStatus = (status: string) => void;

export interface ChangeSetName extends Record<string, string> {
  StackName: string;
  ChangeSetName: string;
}

/** How a stack is, and how its change goes on. */
export interface StackProgress {
  /** A stack by its name or id; nothing where there is none. */
  find(name: string, awsRegion: string): Promise<Stack | undefined>;
  /** Why the newest change of a stack failed, in the words in which ask-cli prints an event; nothing where none failed. */
  cause(stack: Stack): Promise<string | undefined>;
  /** Waits until no change is in progress. @returns the stack; nothing if it is gone */
  whenStable(name: string, awsRegion: string, onStatus: OnStatus): Promise<Stack | undefined>;
  /** Waits for the end of a change. @throws Failure with what AWS says of the oldest failure */
  succeeded(name: string, awsRegion: string, onStatus: OnStatus): Promise<void>;
  /** Waits until AWS has prepared a change set. @throws Failure with AWS's reason */
  changeSetMade(awsRegion: string, changeSet: ChangeSetName): Promise<void>;
}

/** A first look soon, since stacks without functions are quick; later ones less often. */
const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 5_000;

export function createStackProgress(query: QueryClient): StackProgress {
  const cloudFormation = (awsRegion: string, action: string, parameters: Record<string, string>) =>
    query('cloudformation', awsRegion, action, parameters);

  async function find(name: string, awsRegion: string): Promise<Stack | undefined> {
    try {
      const answer = await cloudFormation(awsRegion, 'DescribeStacks', { StackName: name });
      const [member] = membersAt(answer, 'DescribeStacksResponse', 'DescribeStacksResult', 'Stacks');
      const stack = member === undefined ? undefined : toStack(member, awsRegion);
      return stack?.status === 'DELETE_COMPLETE' ? undefined : stack;
    } catch (error) {
      if (error instanceof AwsRefusal && error.message.includes('does not exist')) return undefined;
      throw error;
    }
  }

  async function whenStable(name: string, awsRegion: string, onStatus: OnStatus): Promise<Stack | undefined> {
    let last = '';
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_WAIT_MS)) {
      const stack = await find(name, awsRegion);
      const status = stack?.status ?? '';
      if (status !== last) onStatus(status);
      last = status;
      // A stack waits in REVIEW for somebody to execute its change set.
      if (!status.endsWith('_IN_PROGRESS') || status === 'REVIEW_IN_PROGRESS') return stack;
      await sleep(waitMs);
    }
  }

  async function cause({ id, awsRegion }: Stack): Promise<string | undefined> {
    const found = causeIn(await newestEvents(id, awsRegion, query));
    return found && toLine(found);
  }

  async function succeeded(name: string, awsRegion: string, onStatus: OnStatus): Promise<void> {
    const stack = await whenStable(name, awsRegion, onStatus);
    if (stack && /^(?:CREATE|UPDATE|IMPORT)_COMPLETE$/.test(stack.status)) return;
    const reason = stack && (await cause(stack));
    throw toFailure(reason ?? `stack status: ${stack?.status ?? 'DELETE_COMPLETE'}`, `Changing the stack ${name}`);
  }

  async function changeSetMade(awsRegion: string, changeSet: ChangeSetName): Promise<void> {
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_WAIT_MS)) {
      const answer = await cloudFormation(awsRegion, 'DescribeChangeSet', changeSet);
      const result = first(answer, 'DescribeChangeSetResponse', 'DescribeChangeSetResult');
      const status = textAt(result, 'Status') ?? '';
      if (status === 'CREATE_COMPLETE') return;
      if (status === 'FAILED')
        throw toFailure(textAt(result, 'StatusReason') ?? '', `Importing into the stack ${changeSet.StackName}`);
      await sleep(waitMs);
    }
  }

  return { find, cause, whenStable, succeeded, changeSetMade };
}

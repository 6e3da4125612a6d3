import { AwsRefusal } from './deploy/aws/query.ts';
import { Failure } from './deploy/failure.ts';
import { toFailure } from './deploy/failures.ts';
import { printable } from './printable.ts';

/** What a command does when it fails. */
export interface Failing {
  readonly exitCode: number;
  /** What is being done, such as `Reading the logs`: for what AWS refuses. Without it that counts as a bug. */
  readonly doing?: string;
}

/**
 * Runs a command and sets the exit code of this process. A Failure is printed with its remedy.
 * @param main answers the exit code
 * @throws what is a bug
 */
export async function runCommand(main: () => Promise<number>, { exitCode, doing }: Failing): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    const failure = asFailure(error, doing);
    if (!failure) throw error;
    console.error(`${printable(failure.message)}\n${printable(failure.remedy)}`);
    process.exitCode = exitCode;
  }
}

/** @returns nothing for a bug */
function asFailure(error: unknown, doing: string | undefined): Failure | undefined {
  if (error instanceof Failure) return error;
  if (doing === undefined || !(error instanceof Error)) return undefined;
  const ofAws = error instanceof AwsRefusal || '$metadata' in error || error.name === 'CredentialsProviderError';
  return ofAws ? toFailure(`${error.name}: ${error.message}`, doing) : undefined;
}

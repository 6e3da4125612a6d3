import { InputEnded } from '../desk/prompt.ts';
import { asError } from '../lambda/basics/as-error.ts';
import { AwsRefusal } from './deploy/aws/query.ts';
import { Failure } from './deploy/failure.ts';
import { toFailure } from './deploy/failures.ts';
import { printable } from './printable.ts';

/** The options of a command, as they are on its line. */
export interface Usage<Options> {
  readonly help: string;
  /** @throws Error with a sentence when the options are wrong */
  read(args: readonly string[]): Options | 'help';
}

/** Where a command prints to: lines. */
export interface Printers {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/** As shells have it. */
const WRONG_USAGE = 2;

/** Reads the options, and runs the command with them. Wrong ones are a sentence and the help. @returns the exit code */
export async function withOptions<Options>(
  { help, read }: Usage<Options>,
  args: readonly string[],
  command: (options: Options) => Promise<number>,
  { out, err }: Printers = { out: (line) => console.log(line), err: (line) => console.error(line) },
): Promise<number> {
  let options: Options | 'help';
  try {
    options = read(args);
  } catch (error) {
    err(`${asError(error).message}\n\n${help}`);
    return WRONG_USAGE;
  }
  if (options !== 'help') return await command(options);
  out(help);
  return 0;
}

/** What a command does when it fails. */
export interface Failing {
  readonly exitCode: number;
  /** How a failure is printed; the sentence and the remedy on lines of their own by default. */
  readonly toText?: (failure: Failure) => string;
  /** What is being done, such as `Reading the logs`: for what AWS refuses. Without it that counts as a bug. */
  readonly doing?: string;
}

/**
 * Runs a command and sets the exit code of this process. A Failure is printed with its remedy.
 * @param main answers the exit code
 * @throws what is a bug
 */
export async function runCommand(
  main: () => Promise<number>,
  { exitCode, doing, toText = inTwoLines }: Failing,
): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    const failure = asFailure(error, doing);
    if (!failure) throw error;
    console.error(toText(failure));
    process.exitCode = exitCode;
  }
}

const inTwoLines = ({ message, remedy }: Failure): string => `${printable(message)}\n${printable(remedy)}`;

/** Whether AWS refuses, or there are no keys for it. */
export const isOfAws = (error: unknown): boolean =>
  error instanceof AwsRefusal ||
  (error instanceof Error && ('$metadata' in error || error.name === 'CredentialsProviderError'));

/** @returns nothing for a bug */
function asFailure(error: unknown, doing: string | undefined): Failure | undefined {
  if (error instanceof Failure) return error;
  if (error instanceof InputEnded)
    return new Failure('The input ended, and a question has no answer.', 'Run the command again, and type the answer.');
  if (doing === undefined || !(error instanceof Error)) return undefined;
  return isOfAws(error) ? toFailure(`${error.name}: ${error.message}`, doing) : undefined;
}

import { stripVTControlCharacters } from 'node:util';
import { Failure } from './failure.ts';

type Words = string | ((found: readonly string[]) => string);

/** What ask-cli, Amazon's skill management API or AWS prints; what it means; what to do. The first matching row counts. */
type Row = readonly [said: RegExp, sentence: Words, remedy: Words];

const AGAIN = 'Run npm run deploy again; it continues where it stopped.';
const CONFIGURE = 'Run npm run ask -- configure, and sign in with your Amazon developer account.';
const REBUILD_ASK = 'Delete node_modules/.cache/ask-cli, uninstall the global ask-cli, and run npm run deploy again.';

const rows: readonly Row[] = [
  // ask-cli itself
  [
    /Class extends value undefined|XPathLexer/,
    'ask-cli cannot start: npm installed a wrong version of antlr4ts.',
    REBUILD_ASK,
  ],
  [/spawn \S*ask\S* ENOENT/, 'ask-cli is not installed.', REBUILD_ASK],
  [/Can't resolve profile \[([^\]]+)\]/, ([name]) => `ask-cli has no profile called ${name}.`, CONFIGURE],
  [/cli_config|app config for ask-cli does not exist/, 'ask-cli has not been set up on this machine.', CONFIGURE],
  [
    /Refresh LWA tokens failed|Failed to refresh|invalid_grant|[Tt]oken is invalid|status code 401/,
    'The sign-in of ask-cli is no longer valid.',
    CONFIGURE,
  ],
  [/doesn't have AWS profile linked/, 'The ask-cli profile names no AWS profile.', CONFIGURE],
  [/Retry attempt exceeded|exceeded.*retr(?:y|ies)/i, 'Amazon took too long to process the skill package.', AGAIN],
  [
    /skillMetadata src file|ask-resources\.json.*(?:not|cannot)/i,
    'ask-cli finds no skill in this folder.',
    'Run the command in the folder with ask-resources.json.',
  ],

  // the skill
  [
    /trigger setting for the Lambda(?:\s+(arn:\S+))?/,
    ([arn]) => `Alexa has no permission to invoke the function in the manifest${arn ? ` (${arn})` : ''}.`,
    'Remove every "endpoint" from skill-package/skill.json and run npm run deploy again; the stack grants the permission.',
  ],
  [
    /does not have skill messaging credentials|Alexa region "[^"]*": undefined/,
    'Amazon has not created messaging credentials for the skill yet.',
    'Check that skill-package/skill.json has the permission alexa::async_event:write, and run npm run deploy again in a minute.',
  ],
  [
    /Skill .*(?:not found|does not exist)|RESOURCE_NOT_FOUND|status code 404/i,
    'The skill no longer exists in the developer console.',
    'Run npm run deploy -- --new to create another one, or use --skill-id with the right one.',
  ],
  [
    /"?vendorId"?.*(?:invalid|not)|not.*\bvendor\b/i,
    'The vendor id does not belong to this Amazon account.',
    CONFIGURE,
  ],
  [
    /being (?:updated|processed|built)|status code 409|CONFLICT/i,
    'Amazon is still processing the skill.',
    'Wait a minute, and run npm run deploy again.',
  ],
  [
    /"message":\s*"([^"]+)"[\s\S]*"status":\s*"FAILED"|"status":\s*"FAILED"[\s\S]*?"message":\s*"([^"]+)"/,
    ([one, other]) => `Amazon rejects the skill package: ${one ?? other}`,
    'Fix skill-package/skill.json, and run npm run deploy again.',
  ],
  [
    /status code 403/,
    'The Amazon developer account of ask-cli has no permission for this on the skill.',
    'Compare the skill id with the developer console of that account, or use --profile with the right one.',
  ],
  [
    /accountLinkingClient[^\n]*status code 400/,
    'Amazon rejects the account linking settings.',
    'Check that the linking address is HTTPS on port 443, and run npm run deploy again.',
  ],
  [
    /status code 400/,
    'Amazon rejects what ask-cli sent.',
    'Run the command again with --verbose, and compare skill-package/skill.json with the skill manifest schema.',
  ],

  [
    /"violations":\s*\[([\s\S]*)\]/,
    ([list = '']) =>
      `Amazon rejects what was sent: ${[...list.matchAll(/"message":\s*"((?:[^"\\]|\\.)*)"/g)].map(([, one = '']) => one.replaceAll('\\"', '"')).join(' ')}`,
    'Fix it in skill-package/skill.json or ask-resources.json, and run npm run deploy again.',
  ],

  // AWS credentials
  [
    /request time and the current time is too large|RequestTimeTooSkewed|Signature (?:expired|not yet current)/i,
    'The clock of this machine differs from Amazon’s, so AWS refuses the requests.',
    'Set the clock (time synchronisation in the settings), and run the command again.',
  ],
  [
    /ExpiredToken|token included in the request is expired|(?:session|token)\b[^.\n]*\b(?:has|is) expired/i,
    'Your AWS sign-in has expired.',
    'Sign in again (aws sso login, or new keys), and run the command again.',
  ],
  [
    /SSO session token[^.]*was not found or is invalid/,
    'There is no valid AWS sign-in (SSO) for this profile.',
    'Sign in (aws sso login), and run the command again.',
  ],
  [
    /InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidAccessKeyId|AuthFailure/,
    'AWS does not know these keys.',
    'Compare ~/.aws/credentials, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, with the IAM console.',
  ],
  [
    /OptInRequired|SubscriptionRequired|not subscribed|account.*(?:suspended|not active)/i,
    'The AWS account is not active.',
    'Finish signing up at aws.amazon.com (a card, a phone number), and run npm run deploy again.',
  ],
  [
    /Could not resolve credentials|Could not load credentials|CredentialsProviderError|AWS_SECRET_ACCESS_KEY not defined|Profile \S+ (?:could not be found|not found)/i,
    'There are no AWS credentials on this machine.',
    'Set them in ~/.aws/credentials (aws configure), or in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  ],
  [
    /not authorized to perform: (\S+)[\s\S]*?explicit deny in an? ([a-z -]+policy)/,
    ([action, policy]) => `A ${policy} forbids ${action}. A permission of your user does not change that.`,
    'Ask whoever manages the AWS organisation or the boundaries of your user.',
  ],
  [
    /not authorized to perform: (\S+)/,
    ([action]) => `Your AWS user has no permission for ${action}.`,
    'Ask the administrator for it, or use the profile of another user.',
  ],
  [
    /Access ?Denied|\bForbidden\b/,
    'Your AWS user has not all permissions that deploying needs.',
    'Ask the administrator for CloudFormation, S3, IAM, Lambda and the resource types in infra/skill-stack.yaml.',
  ],

  // the stack
  [
    /Parameters: \[([^\]]*)\] do not exist/,
    ([names]) => `The template does not know the parameters ${names}.`,
    'Declare them in infra/skill-stack.yaml, or take them out of ask-resources.json.',
  ],
  [
    /Parameters: \[([^\]]*)\] must have values/,
    ([names]) => `The template needs a value for ${names}.`,
    'Set it in ask-resources.json under cfn.parameters.',
  ],
  [
    /Requires capabilities : \[([^\]]*)\]/,
    ([names]) => `The template needs the capability ${names}.`,
    'Add it to cfn.capabilities in ask-resources.json.',
  ],
  [
    /51,?200|TemplateBody.*length/,
    'The template is longer than the 51,200 bytes that ask-cli can send.',
    'Shorten infra/skill-stack.yaml.',
  ],
  [
    /Template (?:format error|error|validation error): ([^\n]+)/,
    ([reason]) => `The template is wrong: ${reason}`,
    'Fix infra/skill-stack.yaml.',
  ],
  [
    /reading 'OutputValue'/,
    'The template has no output SkillEndpoint.',
    'Restore it in infra/skill-stack.yaml; ask-cli needs this name.',
  ],
  [
    /is in \w*_IN_PROGRESS state/,
    'Another change of the stack is in progress.',
    'Wait until it has finished, and run npm run deploy again.',
  ],
  [
    /is in (\w+) state and can ?not be updated|stack status: (\w*(?:CREATE|DELETE|ROLLBACK)_FAILED)/,
    ([one, other]) => `The stack is stuck in ${one ?? other}.`,
    'Open it in the CloudFormation console: choose Continue update rollback, or delete it if it holds no table yet; then run npm run deploy again.',
  ],
  [
    /(\w+)\[(AWS::[\w:]+)\]\s+\w+_FAILED \(([\s\S]*?(?:ReservedConcurrentExecutions|UnreservedConcurrentExecution|concurren|quota|limit exceeded|LimitExceeded|TooMany)[\s\S]*?)\)\s*$/im,
    ([name, , reason]) => `AWS could not create ${name}: a quota of the account is used up. ${reason}`,
    'Ask for a higher quota in the console under Service Quotas, and run npm run deploy again. AWS has rolled the stack back.',
  ],
  [
    /Value '?([\w.]+)'? at 'runtime' failed to satisfy constraint|runtime parameter of ([\w.]+) is no longer supported/,
    ([one, other]) => `AWS Lambda in this region does not know the runtime ${one ?? other}.`,
    'Set userConfig.runtime in ask-resources.json to one that it knows, and run npm run deploy again.',
  ],
  [
    /(\w+)\[AWS::[\w:]+\]\s+\w+_FAILED \(Resource \w+ cancell?ed\)/,
    ([name]) =>
      `AWS could not change the stack: another resource failed before ${name}, and ask-cli does not say which.`,
    'Open Events of the stack in the CloudFormation console, and look for the oldest that failed.',
  ],
  [
    /(\w+)\[(AWS::[\w:]+)\]\s+\w+_FAILED \(([\s\S]*already exists[\s\S]*)\)\s*$/im,
    ([name, , reason]) => `AWS could not create ${name}: its name is taken. ${reason}`,
    'Delete or rename the resource with that name, and run npm run deploy again.',
  ],
  [
    /(\w+)\[(AWS::[\w:]+)\]\s+\w+_FAILED \(([\s\S]*)\)\s*$/m,
    ([name, , reason]) => `AWS could not create or change ${name}: ${reason}`,
    'Fix the cause, and run npm run deploy again. AWS has rolled the stack back.',
  ],
  [
    /could not find details for deploy error/,
    'AWS could not change the stack, and ask-cli gave no reason.',
    'Open Events of the stack in the CloudFormation console.',
  ],
  [
    /BucketAlreadyExists|BucketAlreadyOwnedByYou|requested bucket name is not available/,
    'The bucket name for the code is taken.',
    'Set another one as artifactsS3.bucketName in ask-resources.json.',
  ],
  [
    /AccessControlListNotSupported|does not allow ACLs/,
    'The bucket for the code takes no access control lists, and something sets one.',
    'Set another bucket as artifactsS3.bucketName in ask-resources.json, or allow them in its settings (Object Ownership).',
  ],

  // building
  [
    /Build failed with|npm (?:ERR!|error)|Command failed: npm/,
    'The code does not build inside ask-cli.',
    'Run npm install and npm run build, and fix what they report.',
  ],
  [
    /Cannot copy|Cannot overwrite directory/,
    'ask-cli cannot copy the code.',
    'Delete the folder .ask/lambda, and run npm run deploy again.',
  ],

  // the network
  [
    /Throttl|Rate exceeded|TooManyRequests|SlowDown|reduce your request rate|status code 429/i,
    'Amazon refuses: too many requests.',
    'Wait a minute, and run npm run deploy again.',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|socket hang up|fetch failed|network/i,
    'Amazon cannot be reached.',
    'Check the internet connection (proxy, VPN, firewall), and run the command again.',
  ],
  [
    /self[- ]signed certificate|unable to (?:get|verify).*certificate/i,
    'The connection is intercepted with an unknown certificate, usually by a proxy.',
    'Set NODE_EXTRA_CA_CERTS to its certificate, and run npm run deploy again.',
  ],
  [
    /status code 5\d\d|InternalFailure|InternalServerError|ServiceUnavailable/i,
    'Amazon reports an error of its own.',
    'Wait some minutes, and run npm run deploy again.',
  ],
];

/**
 * @param said the whole output of the failed command or call
 * @param doing the action, for outputs that no row matches
 */
export function toFailure(said: string, doing: string): Failure {
  const text = stripVTControlCharacters(said);
  const inner = withoutWrapping(text);
  // First what AWS or Amazon said: what is printed around it may match other rows.
  for (const part of inner === text ? [text] : [inner, text]) {
    for (const [pattern, sentence, remedy] of rows) {
      const found = pattern.exec(part);
      if (!found) continue;
      const words = (given: Words) => redacted(oneLine(typeof given === 'string' ? given : given(found.slice(1))));
      return new Failure(words(sentence), words(remedy));
    }
  }
  const last = redacted(lastWords(inner));
  if (last === '') return new Failure(`${doing} failed and gave no reason.`, 'Run the command again with --verbose.');
  return new Failure(
    `${doing} failed, and this command does not know why. It says: ${last}`,
    'Search for these words, or run the command again with --verbose and read what comes before them.',
  );
}

/** ask-cli wraps the message of every error of its deployer; the message can have several lines. */
function withoutWrapping(text: string): string {
  const [, inner] = /The CloudFormation deploy failed for Alexa region "[^"]*": ([\s\S]*)$/.exec(text) ?? [];
  // Its word for a missing answer about the credentials is no message.
  if (inner === undefined || inner.trim() === 'undefined') return text;
  return inner.replace(/^Failed to upload code build to S3: /, '');
}

/** Keys and tokens of AWS, Login with Amazon and our own, wherever they turn up. */
const SECRETS =
  /\bA[KS]IA[A-Z0-9]{12,}|\bAtz[ar]\|[^\s"',}]*|\bamzn1\.oa2-cs\.v1\.\w+|\bBearer\s+[^\s"',}]+|\b[A-Za-z0-9+/]{40,}={0,2}/g;
const redacted = (text: string): string => text.replaceAll(SECRETS, '[masked]');

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** All that follows the last mark of an error, or the last line that looks like one. */
function lastWords(text: string): string {
  const marked = text.split(/^\[Error\]:\s*/m);
  if (marked.length > 1) return oneLine(marked.at(-1) ?? '');
  const lines = text.split('\n').map((line) => line.trim());
  const from = lines.findLastIndex((line) => /error|fail/i.test(line));
  return oneLine(lines.slice(Math.max(0, from)).join(' '));
}

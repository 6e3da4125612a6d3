import { stripVTControlCharacters } from 'node:util';
import { Failure } from './failure.ts';

type Words = string | ((found: readonly string[]) => string);

/** What ask-cli, Amazon's skill management API or AWS says; what it means; what to do. The first row that fits counts. */
type Row = readonly [said: RegExp, sentence: Words, remedy: Words];

const AGAIN = 'Run npm run deploy again; it goes on where it stopped.';
const CONFIGURE = 'Run npm run ask -- configure, and sign in with your Amazon developer account.';
const REBUILD_ASK = 'Delete node_modules/.cache/ask-cli, uninstall the global ask-cli, and run npm run deploy again.';

const rows: readonly Row[] = [
  // ask-cli itself
  [/Class extends value undefined|XPathLexer/, 'This ask-cli cannot start: npm gave it a wrong antlr4ts.', REBUILD_ASK],
  [/spawn \S*ask\S* ENOENT/, 'ask-cli is not installed.', REBUILD_ASK],
  [/Can't resolve profile \[([^\]]+)\]/, ([name]) => `ask-cli has no profile called ${name}.`, CONFIGURE],
  [/cli_config|app config for ask-cli does not exist/, 'ask-cli has not been set up on this machine.', CONFIGURE],
  [
    /Refresh LWA tokens failed|Failed to refresh|invalid_grant|[Tt]oken is invalid|status code 401/,
    "Amazon no longer accepts ask-cli's sign-in.",
    CONFIGURE,
  ],
  [/doesn't have AWS profile linked/, 'The ask-cli profile names no AWS profile.', CONFIGURE],
  [/Retry attempt exceeded|exceeded.*retr(?:y|ies)/i, 'Amazon took too long with the skill package.', AGAIN],
  [
    /skillMetadata src file|ask-resources\.json.*(?:not|cannot)/i,
    'ask-cli finds no skill here.',
    'Run it in the folder that holds ask-resources.json.',
  ],

  // the skill
  [
    /trigger setting for the Lambda(?:\s+(arn:\S+))?/,
    ([arn]) => `Alexa may not invoke the function that the manifest names${arn ? ` (${arn})` : ''}.`,
    'Remove every "endpoint" from skill-package/skill.json and run npm run deploy again; the stack grants the permission.',
  ],
  [
    /does not have skill messaging credentials|Alexa region "[^"]*": undefined/,
    'Amazon has made no messaging credentials for the skill yet.',
    'See that skill-package/skill.json asks for alexa::async_event:write, and run npm run deploy again in a minute.',
  ],
  [
    /Skill .*(?:not found|does not exist)|RESOURCE_NOT_FOUND|status code 404/i,
    "The skill is not in Amazon's developer console any more.",
    'Run npm run deploy -- --new to make another one, or --skill-id with the right one.',
  ],
  [
    /"?vendorId"?.*(?:invalid|not)|not.*\bvendor\b/i,
    'The vendor id does not belong to this Amazon account.',
    CONFIGURE,
  ],
  [
    /being (?:updated|processed|built)|status code 409|CONFLICT/i,
    'Amazon is still at work on the skill.',
    'Wait for a minute, and run npm run deploy again.',
  ],
  [
    /"message":\s*"([^"]+)"[\s\S]*"status":\s*"FAILED"|"status":\s*"FAILED"[\s\S]*?"message":\s*"([^"]+)"/,
    ([one, other]) => `Amazon does not take the skill package: ${one ?? other}`,
    'Mend skill-package/skill.json, and run npm run deploy again.',
  ],
  [
    /status code 403/,
    'The Amazon developer account that ask-cli is signed in with may not do this to the skill.',
    'Compare the skill id with the developer console of that account, or use --profile with the right one.',
  ],
  [
    /accountLinkingClient[^\n]*status code 400/,
    'Amazon does not take the account linking.',
    'See that the linking address is HTTPS on port 443, and run npm run deploy again.',
  ],
  [
    /status code 400/,
    'Amazon does not take what ask-cli has sent.',
    'Run the command again with --verbose, and compare skill-package/skill.json with the skill manifest schema.',
  ],

  // credentials of AWS
  [
    /ExpiredToken|token included in the request is expired|session has expired/i,
    'Your sign-in at AWS has ended.',
    'Sign in again (aws sso login, or new keys), and run npm run deploy again.',
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
    'There are no keys for AWS on this machine.',
    'Put them into ~/.aws/credentials (aws configure), or into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  ],
  [
    /not authorized to perform: (\S+)/,
    ([action]) => `Your AWS user may not do ${action}.`,
    'Let its administrator allow that, or use the profile of another user.',
  ],
  [
    /AccessDenied|\bForbidden\b/,
    'Your AWS user may not do what deploying takes.',
    'Let its administrator allow CloudFormation, S3, IAM, Lambda and what infra/skill-stack.yaml holds.',
  ],

  // the stack
  [
    /Parameters: \[([^\]]*)\] do not exist/,
    ([names]) => `The template does not know the parameters ${names}.`,
    'Declare them in infra/skill-stack.yaml, or take them out of ask-resources.json.',
  ],
  [
    /Parameters: \[([^\]]*)\] must have values/,
    ([names]) => `The template wants a value for ${names}.`,
    'Give them in ask-resources.json under cfn.parameters.',
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
    'Mend infra/skill-stack.yaml.',
  ],
  [
    /reading 'OutputValue'/,
    'The template has no output SkillEndpoint.',
    'Put it back into infra/skill-stack.yaml; ask-cli insists on the name.',
  ],
  [
    /is in \w*_IN_PROGRESS state/,
    'Somebody or something is changing the stack at this moment.',
    'Wait until it is done, and run npm run deploy again.',
  ],
  [
    /is in (\w+) state and can ?not be updated|stack status: (\w*(?:CREATE|DELETE|ROLLBACK)_FAILED)/,
    ([one, other]) => `The stack is stuck in ${one ?? other}.`,
    'Open it in the CloudFormation console: choose Continue update rollback, or delete it if it holds no table yet; then run npm run deploy again.',
  ],
  [
    /(\w+)\[(AWS::[\w:]+)\]\s+\w+_FAILED \(([\s\S]*?(?:ReservedConcurrentExecutions|UnreservedConcurrentExecution|concurren|quota|limit exceeded|LimitExceeded|TooMany)[\s\S]*?)\)\s*$/im,
    ([name, , reason]) => `AWS could not make ${name}, as a quota of the account is used up: ${reason}`,
    'Ask for a higher quota in the console under Service Quotas, and run npm run deploy again; nothing was changed meanwhile.',
  ],
  [
    /(\w+)\[(AWS::[\w:]+)\]\s+\w+_FAILED \(([\s\S]*already exists[\s\S]*)\)\s*$/im,
    ([name, , reason]) => `AWS could not make ${name}, as its name is taken: ${reason}`,
    'Delete or rename what holds that name, and run npm run deploy again.',
  ],
  [
    /(\w+)\[(AWS::[\w:]+)\]\s+\w+_FAILED \(([\s\S]*)\)\s*$/m,
    ([name, , reason]) => `AWS could not make or change ${name}: ${reason}`,
    'AWS has put everything back as it was; mend that, and run npm run deploy again.',
  ],
  [
    /could not find details for deploy error|CloudFormation deploy failed/,
    'AWS could not change the stack, and ask-cli does not say why.',
    'Look under Events of the stack in the CloudFormation console.',
  ],
  [
    /BucketAlreadyExists|BucketAlreadyOwnedByYou/,
    'The name of the bucket for the code is taken.',
    'Give another one as artifactsS3.bucketName in ask-resources.json.',
  ],
  [/Failed to upload code build to S3: ([^\n]+)/, ([reason]) => `The code could not be uploaded: ${reason}`, AGAIN],

  // building
  [
    /Build failed with|npm (?:ERR!|error)|Command failed: npm/,
    'The code does not build inside ask-cli.',
    'Run npm ci and npm run build, and mend what they say.',
  ],
  [
    /Cannot copy|Cannot overwrite directory/,
    'ask-cli cannot copy the code.',
    'Delete the folder .ask/lambda, and run npm run deploy again.',
  ],

  // the way there
  [
    /Throttl|Rate exceeded|TooManyRequests|status code 429/i,
    'Amazon asks for patience: too many requests.',
    'Wait for a minute, and run npm run deploy again.',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|socket hang up|fetch failed|network/i,
    'Amazon cannot be reached.',
    'See that this machine reaches the internet (a proxy, a VPN, a firewall), and run npm run deploy again.',
  ],
  [
    /self[- ]signed certificate|unable to (?:get|verify).*certificate/i,
    'Something on the way, a proxy as a rule, presents a certificate that nobody knows.',
    'Set NODE_EXTRA_CA_CERTS to its certificate, and run npm run deploy again.',
  ],
  [
    /status code 5\d\d|InternalFailure|InternalServerError|ServiceUnavailable/i,
    'Amazon has trouble of its own.',
    'Wait for some minutes, and run npm run deploy again.',
  ],
];

/**
 * @param said all that a failed command or call has said
 * @param doing what was being done, for what nobody has met yet: "ask-cli could not ..."
 */
export function toFailure(said: string, doing: string): Failure {
  const text = stripVTControlCharacters(said);
  for (const [pattern, sentence, remedy] of rows) {
    const found = pattern.exec(text);
    if (!found) continue;
    const words = (given: Words) => oneLine(typeof given === 'string' ? given : given(found.slice(1)));
    return new Failure(words(sentence), words(remedy));
  }
  const last = lastWords(text);
  return new Failure(
    `${doing} failed${last ? `: ${last}` : ''}.`,
    'Run it again with --verbose, and look at what was said before.',
  );
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** Its last line that looks like an error, or its last one. */
function lastWords(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const error = lines.findLast((line) => /error|fail/i.test(line)) ?? lines.at(-1) ?? '';
  return error
    .replace(/^\[\w+\]:\s*/, '')
    .replace(/\.$/, '')
    .slice(0, 300);
}

import { expect, test } from '@jest/globals';
import { toFailure } from '../../infra/deploy/failures.ts';

// ask-cli 2.30.7 wraps every error of its deployer (builtins/deploy-delegates/cfn-deployer), and prints only the message of an AWS error,
// not its code. So these are messages as AWS writes them, within what ask-cli prints around them.

const wrapped = (message: string) =>
  [
    '==================== Deploy Skill Infrastructure ====================',
    '[18:22:01]   ->  Deploy CloudFormation stack for "us-east-1"',
    '[18:22:02]   ✖  Deploy CloudFormation stack for "us-east-1"',
    `[Error]: The CloudFormation deploy failed for Alexa region "default": ${message}`,
    '',
  ].join('\n');
const uploading = (message: string) => wrapped(`Failed to upload code build to S3: ${message}`);

test.each([
  {
    when: 'S3 refuses the upload',
    said: uploading('Access Denied'),
    sentence: 'Your AWS user has not all permissions that deploying needs.',
    remedy: /S3/,
  },
  {
    when: 'the name of the bucket is taken',
    said: uploading(
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
    ),
    sentence: 'The bucket name for the code is taken.',
    remedy: /artifactsS3\.bucketName/,
  },
  {
    when: 'the bucket takes no ACLs',
    said: uploading('The bucket does not allow ACLs'),
    sentence: 'The bucket for the code takes no access control lists, and something sets one.',
    remedy: /artifactsS3\.bucketName/,
  },
  {
    when: 'AWS is asked too often',
    said: wrapped('Rate exceeded'),
    sentence: 'Amazon refuses: too many requests.',
    remedy: /minute/,
  },
  {
    when: 'S3 is asked too often',
    said: uploading('Please reduce your request rate.'),
    sentence: 'Amazon refuses: too many requests.',
    remedy: /minute/,
  },
  {
    when: 'there is no connection',
    said: uploading('getaddrinfo ENOTFOUND ask-project-default-useast1-1.s3.us-east-1.amazonaws.com'),
    sentence: 'Amazon cannot be reached.',
    remedy: /proxy/,
  },
  {
    when: 'the session of a single sign-on has expired',
    said: uploading(
      'The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login with the corresponding profile.',
    ),
    sentence: 'Your AWS sign-in has expired.',
    remedy: /aws sso login/,
  },
  {
    when: 'the token of a single sign-on has expired',
    said: "Could not resolve credentials: Token is expired. To refresh this SSO session run 'aws sso login' with the corresponding profile.",
    sentence: 'Your AWS sign-in has expired.',
    remedy: /aws sso login/,
  },
  {
    when: 'the keys of a session have expired',
    said: uploading('The provided token has expired.'),
    sentence: 'Your AWS sign-in has expired.',
    remedy: /aws sso login/,
  },
  {
    when: 'the clock is wrong, as S3 says it',
    said: uploading('The difference between the request time and the current time is too large.'),
    sentence: 'The clock of this machine differs from Amazon’s, so AWS refuses the requests.',
    remedy: /clock/,
  },
  {
    when: 'the clock is wrong, as CloudFormation says it',
    said: 'SignatureDoesNotMatch: Signature expired: 20261128T101500Z is now earlier than 20261128T103000Z (20261128T104500Z - 15 min.)',
    sentence: 'The clock of this machine differs from Amazon’s, so AWS refuses the requests.',
    remedy: /clock/,
  },
  {
    when: 'an organisation forbids it',
    said: wrapped(
      'User: arn:aws:iam::123456789012:user/ada is not authorized to perform: cloudformation:CreateStack on resource: arn:aws:cloudformation:us-east-1:123456789012:stack/x/* with an explicit deny in a service control policy',
    ),
    sentence:
      'A service control policy forbids cloudformation:CreateStack. A permission of your user does not change that.',
    remedy: /organisation/,
  },
  {
    when: 'the region lacks the runtime',
    said: wrapped(
      "SkillFunction[AWS::Lambda::Function]  CREATE_FAILED (Resource handler returned message: \"1 validation error detected: Value 'nodejs24.x' at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [nodejs22.x] or be a valid ARN (Service: Lambda, Status Code: 400, Request ID: 1)\" (RequestToken: 2, HandlerErrorCode: InvalidRequest))",
    ),
    sentence: 'AWS Lambda in this region does not know the runtime nodejs24.x.',
    remedy: /ask-resources\.json/,
  },
  {
    when: 'all that is known is that another resource failed',
    said: wrapped('WatchFunction[AWS::Lambda::Function]  CREATE_FAILED (Resource creation cancelled)'),
    sentence:
      'AWS could not change the stack: another resource failed before WatchFunction, and ask-cli does not say which.',
    remedy: /Events/,
  },
  {
    when: 'Amazon names what violates its rules',
    said: `[Error]: {\n  "message": "Request is not valid.",\n  "violations": [\n    {\n      "code": "INVALID_INTERFACE",\n      "message": "Object instance at property path \\"$.accountLinkingRequest.domains\\" is invalid."\n    },\n    {\n      "message": "scopes are missing"\n    }\n  ]\n}`,
    sentence:
      'Amazon rejects what was sent: Object instance at property path "$.accountLinkingRequest.domains" is invalid. scopes are missing',
    remedy: /skill\.json/,
  },
])('$when', ({ said, sentence, remedy }) => {
  const failure = toFailure(said, 'ask deploy');
  expect(failure.message).toBe(sentence);
  expect(failure.remedy).toMatch(remedy);
});

test('what nobody knows is shown whole, in its own words, and said to be unknown', () => {
  const failure = toFailure(wrapped('The stars are\n  not aligned (Service: Sky, Status Code: 418)'), 'ask deploy');
  expect(failure.message).toBe(
    'ask deploy failed, and this command does not know why. It says: The stars are not aligned (Service: Sky, Status Code: 418)',
  );
  expect(failure.remedy).toBe(
    'Search for these words, or run the command again with --verbose and read what comes before them.',
  );
});

test('JSON that nobody knows is shown whole too', () => {
  expect(toFailure('[Error]: {\n  "title": "Odd",\n  "detail": "very odd"\n}\n', 'ask smapi x').message).toBe(
    'ask smapi x failed, and this command does not know why. It says: { "title": "Odd", "detail": "very odd" }',
  );
});

test.each([
  'AKIAIOSFODNN7EXAMPLE',
  'ASIAIOSFODNN7EXAMPLE',
  'Atza|IQEBLjAsAhRmHjNgHpi0U',
  'Atzr|IQEBLzAtAhRmHjNgHpi0U',
  'amzn1.oa2-cs.v1.0123456789abcdef',
  'Bearer abc.def',
  'IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDx',
])('no message shows %s', (secret) => {
  const { message } = toFailure(wrapped(`The key ${secret} is odd`), 'ask deploy');
  expect(message).not.toContain(secret);
  expect(message).toContain('It says: The key');
});

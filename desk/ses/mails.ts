import * as v from 'valibot';

/** A mail as its receiver gets it. */
export interface ReceivedMail {
  readonly id: string;
  readonly at: Date;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Where SES sends what became of it. */
  readonly configurationSet: string | undefined;
}

const utf8 = v.object({ Data: v.string(), Charset: v.literal('UTF-8') });

/** The part of SendEmail (SES API v2) that the skill uses, with SES's own limits; everything else is refused. */
const SendEmail = v.strictObject({
  FromEmailAddress: v.string(),
  Destination: v.strictObject({ ToAddresses: v.tuple([v.pipe(v.string(), v.email())]) }),
  Content: v.strictObject({
    Simple: v.strictObject({
      Subject: utf8,
      Body: v.strictObject({ Text: utf8 }),
      Headers: v.array(
        v.strictObject({
          Name: v.pipe(v.string(), v.regex(/^[!-9;-~]{1,126}$/)),
          Value: v.pipe(v.string(), v.regex(/^[ -~]{1,870}$/)),
        }),
      ),
    }),
  }),
  EmailTags: v.array(v.strictObject({ Name: tagText(), Value: tagText() })),
  ConfigurationSetName: v.optional(v.string()),
});

function tagText() {
  return v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,256}$/));
}

/** @returns nothing for a body that SES answers with BadRequestException */
export function toMail(body: unknown, id: string, at: Date): ReceivedMail | undefined {
  const parsed = v.safeParse(SendEmail, body);
  if (!parsed.success) return undefined;
  const { FromEmailAddress, Destination, Content, EmailTags, ConfigurationSetName } = parsed.output;
  const { Subject, Body, Headers } = Content.Simple;
  return {
    ...{ id, at, from: FromEmailAddress, to: Destination.ToAddresses[0] },
    subject: Subject.Data,
    text: Body.Text.Data,
    headers: Object.fromEntries(Headers.map(({ Name, Value }) => [Name.toLowerCase(), Value])),
    tags: Object.fromEntries(EmailTags.map(({ Name, Value }) => [Name, Value])),
    configurationSet: ConfigurationSetName,
  };
}

/** A mail as a person reads it, with the headers that matter to them. */
export const rendered = ({ from, to, subject, text, at }: ReceivedMail): string =>
  [`From: ${from}`, `To: ${to}`, `Date: ${at.toUTCString()}`, `Subject: ${subject}`, '', text].join('\n');

/** The first link to a page of ours in a mail. @throws when it has none */
export function linkTo(path: string, { text }: Pick<ReceivedMail, 'text'>): string {
  const found = [...text.matchAll(/https?:\/\/\S+/g)].map(([url]) => url).find((url) => new URL(url).pathname === path);
  if (found === undefined) throw new Error(`there is no link to ${path} in: ${text}`);
  return found;
}

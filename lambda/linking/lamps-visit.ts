import * as v from 'valibot';

const answer = v.exactOptional(v.pipe(v.string(), v.maxLength(20)));
/** Who has signed in on this page, in this browser, within the last half an hour, and what they have said since. */
export const Visit = v.object({
  accountId: v.string(),
  lampId: v.exactOptional(v.string()),
  answers: v.object({ light: answer, internet: answer, app: answer, tile: answer }),
  /** ISO 8601 */
  answeredAt: v.exactOptional(v.string()),
  trial: v.exactOptional(v.object({ at: v.string(), tap: v.boolean(), speech: v.exactOptional(v.boolean()) })),
  blink: v.exactOptional(
    v.object({ at: v.string(), confirmed: v.boolean(), level: v.number(), seen: v.exactOptional(v.boolean()) }),
  ),
  blinks: v.array(v.string()),
  tap: v.exactOptional(v.object({ at: v.string(), lamps: v.array(v.string()) })),
  /** The lamps before somebody pressed the button of a plug, and when this page had seen no change. */
  press: v.exactOptional(v.object({ lamps: v.array(v.string()), missedAt: v.exactOptional(v.string()) })),
  button: v.exactOptional(v.object({ at: v.string(), noticed: v.boolean() })),
});
export type Visit = v.InferOutput<typeof Visit>;

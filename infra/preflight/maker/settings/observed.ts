import type { Observation, Question } from '../observation.ts';
import { QUESTIONS } from '../observation.ts';
import { SettingsUnreadable } from './admin-api.ts';

/**
 * What a look at settings brings; where they cannot be read, why not, for each question that they would have answered.
 * @param look throws SettingsUnreadable
 */
export async function observed(
  questions: readonly Question[],
  look: () => Promise<readonly Observation[]>,
): Promise<readonly Observation[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof SettingsUnreadable)) throw error;
    return questions.map((question) => ({
      question,
      outcome: 'unchecked',
      what: QUESTIONS[question].ask,
      seen: error.message,
      wanted: 'settings that can be read',
    }));
  }
}

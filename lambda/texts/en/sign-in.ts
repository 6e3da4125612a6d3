/** The pages of every sign-in. */
export const signIn = {
  keepBox: 'Keep my lamp connected',
};

export type SignInTexts = typeof signIn;

import type { SignInTexts } from '../en/sign-in.ts';

export const signIn: SignInTexts = {
  keepBox: 'Garder ma lampe connectée',
};

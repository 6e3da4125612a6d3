import type { SignInTexts } from '../en/sign-in.ts';

export const signIn: SignInTexts = {
  keepBox: 'Mantener mi lámpara conectada',
};

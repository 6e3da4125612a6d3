/** What people call this device cloud: every text that names it gets this value. */
export const MY_LEVITON = 'My Leviton';

/** The maker's own web app: its sign-in page leads on to a new password. */
export const PASSWORD_HELP_URL = 'https://my.leviton.com/';

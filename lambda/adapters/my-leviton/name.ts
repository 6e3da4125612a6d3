/** What people call this device cloud: every text that names it gets this value. */
export const MY_LEVITON = 'My Leviton';

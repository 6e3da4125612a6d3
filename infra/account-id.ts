/** Whether a text can be the id of an account or an attempt. None of these signs ends a quoted text in a filter pattern of CloudWatch Logs. */
export const isId = (text: string): boolean => /^[\w.:/@-]{1,200}$/.test(text);

/** What is wrong with a text that cannot. */
export const notAnId = (option: string): string => `${option} takes an id: up to 200 letters, digits and . : / @ _ -`;

const SHOWN = 4;

/** `…91aa`: tells two ids apart. Four characters of an id that a stranger chose cannot be read as a text. */
export const endOfId = (id: string): string => `…${id.replace(/[^A-Za-z0-9-]/g, '').slice(-SHOWN)}`;

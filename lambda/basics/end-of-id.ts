const SHOWN = 4;

/** `…91aa`: tells two ids apart. Of an id that a stranger chose it shows nothing that could be read as a text. */
export const endOfId = (id: string): string => `…${id.replace(/[^A-Za-z0-9-]/g, '').slice(-SHOWN)}`;

/** A handler that does nothing: what Node and the bench itself cost. */
export const handler = async (): Promise<object> => ({
  event: { header: { namespace: 'Alexa', name: 'Response' }, payload: {} },
});

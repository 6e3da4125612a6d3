/** What Alexa.Discovery allows in an endpointId. */
export const ENDPOINT_ID = /^[\w\-=#;:?@&]{1,256}$/;
/** So many endpoints one customer may have (Alexa.Discovery). */
export const MOST_ENDPOINTS = 300;

import type { AddressTexts } from '../en/addresses.ts';

export const addresses: AddressTexts = {
  question: '¿A dónde le escribimos si una lámpara deja de funcionar?',
  signInWhy: ({ cloud }) =>
    `Inicie sesión con su cuenta ${cloud}, la que usa en la app ${cloud}. Después verá qué direcciones reciben mensajes sobre ella y podrá cambiarlas. Esta página no cambia nada en la app Alexa.`,
  oneMore: 'Ya inició sesión. Una pregunta más y regresa a la app Alexa.',
  own: 'Su correo electrónico',
  helper: 'Alguien que le ayuda (opcional)',
  continue: 'Continuar',
  skip: 'Continuar sin mensajes',
  save: 'Guardar',
  howRare:
    'Escribimos cuando algo no funciona o pronto dejará de funcionar, y cuando vuelve a funcionar. Cada dirección recibe primero un correo con un botón; no llega ningún otro mensaje antes de que alguien lo oprima. Puede detener los mensajes en cualquier momento. Guardamos las direcciones cifradas, y las eliminamos cuando usted las quita, o 90 días después de que termine la última conexión con Alexa.',
  malformed: 'Una de estas no es una dirección de correo a la que podamos escribir. Revise cómo está escrita.',
  about: ({ account }) => `Mensajes sobre la cuenta ${account}.`,
  nobody: 'En este momento nadie recibe mensajes sobre esta cuenta.',
  states: {
    pending: 'Sin confirmar. Quien la lee debe oprimir el botón en el correo que enviamos allí.',
    confirmed: ({ since }) => `Los mensajes llegan aquí. Se confirmó el ${since}.`,
    unsubscribed: ({ since }) =>
      `Aquí no llegan mensajes. Alguien los detuvo el ${since}, con un enlace de un mensaje.`,
    bounced: ({ since }) => `Aquí no llegan mensajes. Un correo fue devuelto el ${since}. Revise cómo está escrita.`,
    complained: ({ since }) =>
      `Aquí no llegan mensajes. El ${since} un mensaje se marcó allí como spam, por eso ya no escribimos a esta dirección.`,
  },
  writtenIn: ({ language }) => `Idioma de los mensajes: ${language}`,
  writeInThis: 'Escribir en español',
  askPending: 'Enviar el correo otra vez',
  askUnsubscribed: 'Volver a escribir aquí',
  askBounced: 'Intentar otra vez',
  remove: 'Quitar',
  full: 'Una cuenta no puede tener más direcciones. Quite una para agregar otra.',
  add: 'Agregue una dirección: la suya, o la de alguien que le ayuda',
  addButton: 'Agregar',
  toConnections: 'Ver las conexiones de esta cuenta con Alexa y terminar una',
  alreadyThere: 'Esta dirección ya está en la lista.',
  removeFirst: 'Quite una dirección antes de agregar otra.',
  asked: {
    sent: 'Enviamos el correo. Quien lo lea allí debe oprimir su botón.',
    'not-sent': 'El correo todavía no se envió. Lo intentamos de nuevo en una o dos horas.',
    'too-many': 'Hace poco se enviaron varios de esos correos. Búsquelos, o inténtelo de nuevo mañana.',
    'not-there': 'No se cambió nada.',
  },
  one: {
    title: 'Mensajes sobre sus lámparas',
    on: ({ account, address }) => `Los mensajes sobre la cuenta ${account} llegan a ${address}.`,
    off: ({ account, address }) => `En este momento no llegan mensajes sobre la cuenta ${account} a ${address}.`,
    stop: 'Detener los mensajes a esta dirección',
    signIn: 'Iniciar sesión para ver y cambiar todas las direcciones',
  },
  confirm: {
    title: 'Confirme esta dirección',
    ask: ({ account, address }) => `¿Desea recibir mensajes sobre las lámparas de la cuenta ${account} en ${address}?`,
    yes: 'Sí, escriban a esta dirección',
    unknownAccount: 'Si no conoce esta cuenta, cierre esta página.',
    doneTitle: 'Confirmada',
    done: ({ account, address }) =>
      `Los mensajes sobre la cuenta ${account} llegan a ${address}. Puede cerrar esta página.`,
  },
  unsubscribe: {
    title: 'Detener los mensajes',
    ask: ({ account, address }) =>
      `¿Desea que ya no lleguen mensajes sobre la cuenta ${account} a ${address}? Entonces nadie le avisa allí cuando una lámpara deja de funcionar.`,
    doneTitle: 'No más mensajes',
    done: 'Ya no llegan mensajes a esta dirección. Puede cerrar esta página.',
  },
  refusals: {
    'no-link': {
      title: 'Este enlace no está completo',
      text: 'Abra de nuevo el enlace del mensaje, o cópielo entero. No se cambió nada.',
    },
    'not-there': {
      title: 'Esta dirección no recibe mensajes',
      text: 'Se quitó, o se detuvieron sus mensajes. Quien puede iniciar sesión en la cuenta puede agregarla de nuevo.',
    },
    'too-old': {
      title: 'Este enlace es demasiado antiguo',
      text: 'Funciona solo 24 horas. Quien puede iniciar sesión en la cuenta puede pedir otro correo. No se cambió nada.',
    },
    'form-too-old': {
      title: 'Esta página estuvo abierta demasiado tiempo',
      text: 'Inicie sesión de nuevo. No se cambió nada.',
    },
    'other-browser': {
      title: 'Esta página se abrió en otro lugar',
      text: 'Inicie sesión de nuevo. Si vuelve a ver esta página, su navegador no acepta cookies; debe aceptar la de esta página. No se cambió nada.',
    },
    malformed: { title: 'Esta página no se puede mostrar', text: 'Inicie sesión de nuevo. No se cambió nada.' },
    nobody: {
      title: 'Nadie recibe mensajes sobre esta cuenta',
      text: 'Ninguna dirección de esta cuenta está confirmada, por eso no se le puede enviar un enlace nuevo a nadie. Inicie sesión aquí. Después también puede agregar una dirección.',
    },
    'no-mail': {
      title: 'Esta skill no puede escribirle',
      text: 'Quien administra esta skill no ha configurado un remitente de correos. Por eso los mensajes sobre sus lámparas le llegan a esa persona, y no a usted.',
    },
  },
};

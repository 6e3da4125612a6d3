import type { ReauthTexts } from '../en/reauth.ts';

export const reauth: ReauthTexts = {
  title: ({ cloud }) => `Inicie sesión en ${cloud} de nuevo`,
  why: ({ cloud, account }) =>
    `La conexión de esta skill con la cuenta ${cloud} ${account} necesita un inicio de sesión. Inicie sesión con esa cuenta, la que usa en la app ${cloud}, o con otro usuario que vea todas sus lámparas. No es su cuenta de Amazon. Esta página no cambia nada en la app Alexa.`,
  done: {
    title: 'Listo',
    text: ({ cloud }) => `Listo. Esta skill volvió a iniciar sesión en ${cloud}. Dígale algo a Alexa.`,
    asOtherUser:
      'De ahora en adelante usa el usuario con el que usted acaba de iniciar sesión. Las lámparas, los grupos y las rutinas de la app Alexa quedan como están. Para cambiar adónde llegan los mensajes o quién está conectado, inicie sesión con la cuenta que se vinculó primero.',
    connectHere:
      'Si Alexa dice que su cuenta no está vinculada, conecte Alexa aquí, o abra esta skill en la app Alexa y vuelva a vincular la cuenta.',
    connect: 'Volver a conectar Alexa',
  },
  waiting: {
    title: 'La skill lo intenta de nuevo por sí misma',
    text: ({ cloud }) =>
      `${cloud} terminó el acceso de esta skill, y los últimos inicios de sesión no han ayudado. En este momento las lámparas no responden a Alexa.`,
    until: ({ time }) =>
      `Esta skill vuelve a iniciar sesión por sí misma, no antes de las ${time}. Nadie necesita iniciar sesión aquí.`,
    withNext:
      'Esta skill vuelve a iniciar sesión por sí misma con la siguiente orden. Nadie necesita iniciar sesión aquí.',
  },
  signedIn: {
    title: 'Nadie necesita iniciar sesión',
    text: ({ cloud }) => `Esta skill tiene una sesión en ${cloud}. Nadie necesita iniciar sesión aquí.`,
  },
  noMoreLinks: {
    title: 'Por ahora no hay otro enlace',
    text: 'Hace poco se enviaron varios enlaces nuevos, por eso esta página no envía otro durante algunos días. Use el más reciente. Si tampoco funciona, desactive la skill una vez en la app Alexa, actívela de nuevo e inicie sesión allí.',
  },
  linkSent: {
    title: 'Un enlace nuevo está en camino',
    text: 'Llega por el mismo medio que el anterior. Espere unos minutos, y una hora antes de pedir otro.',
  },
  sendLink: 'Enviarme un enlace nuevo',
  refusals: {
    'no-link': {
      title: 'Este enlace no está completo',
      text: 'Abra de nuevo el enlace del mensaje, o cópielo entero. No se cambió nada.',
    },
    used: {
      title: 'Este enlace ya se usó',
      text: 'Alguien inició sesión con él. Si las lámparas no responden a Alexa, busque un mensaje más reciente y use su enlace.',
    },
    'too-old': {
      title: 'Este enlace es demasiado antiguo',
      text: 'Un enlace funciona solo unos días. El botón envía uno nuevo, por el mismo medio que el último.',
    },
    'form-too-old': {
      title: 'Esta página estuvo abierta demasiado tiempo',
      text: 'Abra de nuevo el enlace del mensaje. No se cambió nada.',
    },
    'other-browser': {
      title: 'Esta página se abrió en otro lugar',
      text: 'Abra de nuevo el enlace del mensaje. Si vuelve a ver esta página, su navegador no acepta cookies; debe aceptar la de esta página. No se cambió nada.',
    },
    malformed: {
      title: 'Esta página no se puede mostrar',
      text: 'Abra de nuevo el enlace del mensaje. No se cambió nada.',
    },
  },
};

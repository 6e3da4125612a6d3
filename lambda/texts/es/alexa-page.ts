import type { AlexaPageTexts } from '../en/alexa-page.ts';

export const alexaPage: AlexaPageTexts = {
  title: 'Volver a conectar Alexa',
  why: ({ cloud, account }) =>
    `Aquí puede volver a conectar Alexa con la cuenta ${cloud} ${account}, sin la app Alexa. Primero inicie sesión con esa cuenta, la que usa en la app ${cloud}. No es su cuenta de Amazon. Después Amazon le pide que lo permita.`,
  steps: {
    title: 'Conecte Alexa en la app Alexa',
    text: 'Esta página no puede conectar Alexa por sí misma. En la app Alexa toma un minuto:',
    open: 'Abra la app Alexa con la cuenta de Amazon del Echo que está junto a la lámpara.',
    find: ({ skill }) =>
      `Toque Más, luego Skills y juegos, y busque ${skill}. Una skill en desarrollo está en Sus skills, en la pestaña Dev.`,
    enable: 'Si la skill muestra Desactivar skill, toque primero esa opción. Después toque Activar para usar.',
    signIn: 'Inicie sesión en la página que se abre.',
  },
  watchBox: 'Avisarme si Alexa se desvincula',
  watch:
    'Si marca esta casilla, esta skill le pregunta a Amazon una vez al día si Alexa sigue conectada, y envía un mensaje si no lo está. Para eso guardamos el permiso de Amazon, cifrado. Con el permiso también se podría activar o desactivar esta skill en su Alexa; lo usamos solo para la pregunta. Termina cuando usted desactiva la skill.',
  inDevelopment:
    'Esta skill está en desarrollo. Amazon permite usarla solo a las cuentas de Amazon de su desarrollador y de los probadores beta.',
  atAmazon:
    'En la página siguiente, inicie sesión con la cuenta de Amazon del Echo que está junto a la lámpara y toque Permitir.',
  login: 'Iniciar sesión con Amazon',
  consent: {
    title: 'Ahora permítalo en Amazon',
    text: ({ cloud, account }) =>
      `Inició sesión en la cuenta ${cloud} ${account}. El último paso es en Amazon: conecta Alexa con esta cuenta.`,
    elsewhere: '¿El Echo está en otro lugar?',
    invite:
      'Puede crear un enlace para la persona que vive con él. Solo hace este último paso, funciona una vez y termina después de 24 horas. Quien lo abra puede conectar su Alexa con las lámparas de esta cuenta, por eso envíelo solo a esa persona. Un mensaje le dirá cuándo se usó.',
    makeLink: 'Crear un enlace para enviar',
  },
  ready: {
    title: 'Conecte su Alexa',
    text: ({ cloud, account }) =>
      `Alguien que inició sesión en la cuenta ${cloud} ${account} creó este enlace para usted. Con él conecta su Alexa con las lámparas de esa cuenta. Continúe solo si sabe quién le envió el enlace.`,
  },
  readyLink: {
    title: 'Su enlace para enviar',
    text: ({ until }) =>
      `Copie este enlace y envíelo a la persona que está con el Echo. Funciona una vez, hasta el ${until}. No se lo envíe a nadie más.`,
    here: 'Conectar una Alexa aquí',
  },
  connected: {
    title: 'Listo',
    text: ({ cloud, account }) => `Amazon conectó Alexa con la cuenta ${cloud} ${account}.`,
    tryIt: 'Pruébelo ahora. Diga:',
    sayLamp: ({ lamp }) => `Alexa, enciende ${lamp}.`,
    sayAny: 'Alexa, enciende la lámpara.',
    watches:
      'Esta skill le pregunta a Amazon una vez al día si Alexa sigue conectada, y envía un mensaje si no lo está.',
    close: 'Puede cerrar esta página.',
  },
  again: 'Intentar de nuevo',
  replace: 'Reemplazar la conexión',
  disabled:
    'Mientras tanto, Alexa desactivó esta skill, y es posible que siga desactivada. Inténtelo de nuevo ahora, o active la skill en la app Alexa.',
  notConnected: {
    denied: { title: 'Dijo que no en Amazon', text: 'No se cambió nada. Si fue un error, inténtelo de nuevo.' },
    'amazon-unavailable': {
      title: 'El inicio de sesión de Amazon no funciona en este momento',
      text: 'El propio Amazon lo dice, y no se cambió nada. Inténtelo de nuevo en unos minutos.',
    },
    'request-refused': {
      title: 'Amazon no acepta esta skill',
      text: 'Amazon no acepta lo que pidió esta skill. No es culpa suya: la skill no está bien configurada, y quien la administra debe corregirlo. Hasta entonces, es posible que funcione el camino por la app Alexa:',
    },
    'consent-ended': {
      title: 'Amazon necesita su permiso una vez más',
      text: 'El permiso que Amazon acaba de dar ya no es válido. Eso ocurre cuando esta página se abre dos veces, o después de unos minutos.',
    },
    'not-permitted': {
      title: 'Amazon no permite que esta cuenta de Amazon use la skill',
      text: 'Amazon rechaza esta skill para esta cuenta de Amazon. Una skill en desarrollo funciona solo para las cuentas de Amazon de su desarrollador y de los probadores beta. Si esa no es la razón, la skill no está bien configurada, y quien la administra debe corregirlo. Es posible que funcione el camino por la app Alexa:',
    },
    'link-refused': {
      title: 'Amazon no pudo conectar Alexa',
      text: 'Amazon intentó conectar Alexa y no lo logró. No es culpa suya. Puede intentarlo de nuevo, o hacerlo en la app Alexa:',
    },
    'linked-before': {
      title: 'Amazon dice que Alexa ya está conectada',
      text: 'Amazon dice que Alexa ya tiene conectada esta skill, para la cuenta de Amazon que usted usó. Por eso no se cambió nada. Si es la cuenta de Amazon del Echo que está junto a la lámpara, y la lámpara no responde a Alexa, puede reemplazar esa conexión. Es posible que sea de otra cuenta de lámparas, que Alexa ya no controlará.',
    },
    busy: {
      title: 'Amazon está demasiado ocupado',
      text: 'Amazon no respondió como debía. Inténtelo de nuevo en unos minutos.',
    },
    unknown: {
      title: 'Todavía no lo sabemos',
      text: 'Amazon no ha dicho si Alexa ya está conectada. Dígale algo a Alexa en un minuto. Si no controla la lámpara, inténtelo de nuevo.',
    },
  },
  sendLink: 'Enviarme un enlace nuevo',
  refusals: {
    'no-link': {
      title: 'Este enlace no está completo',
      text: 'Abra de nuevo el enlace del mensaje, o cópielo entero. No se cambió nada.',
    },
    used: {
      title: 'Este enlace ya se usó',
      text: 'Alguien conectó Alexa con él. Si la lámpara no responde a Alexa, busque un mensaje más reciente y use su enlace.',
    },
    closed: {
      title: 'Este mensaje ya no está abierto',
      text: 'Por eso no se envió ningún enlace nuevo. Si la lámpara no responde a Alexa, busque un mensaje más reciente, o active de nuevo la skill en la app Alexa.',
    },
    'link-too-old': {
      title: 'Este enlace es demasiado antiguo',
      text: 'Un enlace funciona solo unos días. El botón envía uno nuevo, por el mismo medio que el último.',
    },
    'ready-used': {
      title: 'Este enlace ya se usó',
      text: 'Alguien conectó una Alexa con él, o lo está haciendo en este momento. Funciona una sola vez. Pídale otro a la persona que lo envió.',
    },
    'ready-too-old': {
      title: 'Este enlace es demasiado antiguo',
      text: 'Funcionó durante 24 horas. Pídale otro a la persona que lo envió. No se cambió nada.',
    },
    'too-long-ago': {
      title: 'Esto tardó demasiado',
      text: 'Por seguridad, esta página espera diez minutos como máximo. Abra de nuevo el enlace que lo trajo aquí. No se cambió nada.',
    },
    'other-browser': {
      title: 'Esta página es de otro navegador',
      text: 'Abra de nuevo el enlace que lo trajo aquí, y quédese en un solo navegador. Si vuelve a ver esta página, su navegador no acepta cookies; debe aceptar la de esta página. No se cambió nada.',
    },
    malformed: {
      title: 'Esta página no se puede mostrar',
      text: 'Abra de nuevo el enlace que lo trajo aquí. No se cambió nada.',
    },
    'too-many': {
      title: 'Demasiados intentos',
      text: 'Para una cuenta, esta página lleva a Amazon cinco veces por hora como máximo. Inténtelo de nuevo en una hora. No se cambió nada.',
    },
  },
};

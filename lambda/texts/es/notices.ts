import type { NoticeTexts } from '../en/notices.ts';
import type { NoticeValues } from '../values.ts';

/** With its article, as the object of any preposition. */
const whose = ({ account }: Pick<NoticeValues, 'account'>): string => (account ? `la cuenta ${account}` : 'su cuenta');

const WIFI_BAND = 'Estos enchufes normalmente solo reconocen redes Wi-Fi de 2.4 GHz.';

export const notices: NoticeTexts = {
  solved: {
    subject: 'Lámparas y Alexa: un problema se solucionó',
    nothingElse: 'No hay que hacer nada más por este problema.',
  },
  unreadableName: 'con un nombre que no se puede mostrar',
  reachableUntil: ({ day }) => `Esta skill puede comunicarse con las lámparas hasta el ${day}.`,
  notReacting: 'En este momento las lámparas no responden a Alexa.',
  signedInAgain: (v) => `Esta skill volvió a iniciar sesión en ${v.cloud} para ${whose(v)}.`,
  askToSignIn: ({ cloud }) => `Inicie sesión una vez en ${cloud} en esta página:`,
  signInLink: ({ day }) =>
    `El enlace funciona una sola vez, hasta el ${day}. No se lo dé a nadie a quien no le daría la contraseña.`,
  secondUser: ({ cloud, box }) =>
    `Para evitar esto: invite a su residencia a un segundo usuario de ${cloud} sin verificación en dos pasos, si ${cloud} lo permite. Inicie sesión en esta página con ese usuario y marque "${box}".`,
  withoutLink:
    'Este mensaje no tiene un enlace a una página de inicio de sesión, porque la skill no conoce su propia dirección. Quien administra la skill debe poner en PUBLIC_URLS la dirección de su vinculación de cuentas (el host de Web Authorization URI en la consola de desarrolladores de Alexa). Después llegará un mensaje con el enlace.',
  askToLink: ({ cloud }) =>
    `Vuelva a vincular Alexa en esta página. Le pedirá iniciar sesión en ${cloud}, y luego en Amazon como dueño del Echo.`,
  askToLinkIfSilent: ({ cloud }) =>
    `Si no responde, vuelva a vincular Alexa en esta página. Le pedirá iniciar sesión en ${cloud}, y luego en Amazon como dueño del Echo.`,
  linkInApp: 'Si no responde, vuelva a vincular Alexa.',
  alexaLink: ({ day }) =>
    `El enlace funciona hasta el ${day}. Los grupos y las rutinas de la app Alexa quedan como están.`,
  causes: {
    'password-changed': {
      subject: ({ cloud }) => `Lámparas y Alexa: ${cloud} no acepta la contraseña`,
      what: (v) =>
        `Esta skill ya no puede iniciar sesión en ${v.cloud} para ${whose(v)}. ${v.cloud} no aceptó la contraseña que esta skill guardaba; normalmente es porque alguien la cambió allí.`,
    },
    'code-needed': {
      subject: ({ cloud }) => `Lámparas y Alexa: ${cloud} pide un código`,
      what: (v) =>
        `Esta skill ya no puede iniciar sesión en ${v.cloud} para ${whose(v)} sin un código de verificación en dos pasos. Solo usted puede obtener ese código.`,
    },
    'two-step-account': {
      subject: ({ cloud }) => `Lámparas y Alexa: vuelva a iniciar sesión en ${cloud}`,
      what: (v) =>
        `${v.cloud} terminó el acceso de esta skill a ${whose(v)}. Para iniciar sesión allí se necesita un código de verificación en dos pasos que solo usted puede obtener, por eso esta skill no puede iniciar sesión por sí misma.`,
    },
    locked: {
      subject: ({ cloud }) => `Lámparas y Alexa: ${cloud} bloqueó la cuenta`,
      what: (v) => `${v.cloud} bloqueó por un tiempo ${whose(v)}, como lo hace después de inicios de sesión fallidos.`,
      remedy:
        'Esta skill lo intenta de nuevo por sí misma después de una hora. No hay que hacer nada, a menos que el bloqueo dure hasta mañana.',
      askToSignIn: ({ cloud }) => `Si es así, inicie sesión una vez en ${cloud} en esta página:`,
      remedyTooLong: 'Esta skill lo intenta de nuevo por sí misma una vez al día, pero el bloqueo ha durado demasiado.',
    },
    'credentials-not-kept': {
      subject: ({ cloud }) => `Lámparas y Alexa: vuelva a iniciar sesión en ${cloud}`,
      what: (v) =>
        `${v.cloud} terminó el acceso de esta skill a ${whose(v)}. Esta skill no tiene la contraseña de esa cuenta, por eso no puede iniciar sesión por sí misma.`,
    },
    'session-ends': {
      subject: ({ cloud, mattersBy }) =>
        mattersBy
          ? `Lámparas y Alexa: inicie sesión en ${cloud} antes del ${mattersBy}`
          : `Lámparas y Alexa: inicie sesión pronto en ${cloud}`,
      what: (v) =>
        v.mattersBy
          ? `${v.cloud} termina el acceso de esta skill a ${whose(v)} el ${v.mattersBy}. Esta skill no puede renovarlo sin usted.`
          : `${v.cloud} termina pronto el acceso de esta skill a ${whose(v)}. Esta skill no puede renovarlo sin usted.`,
    },
    'grant-revoked': {
      subject: 'Lámparas y Alexa: la app Alexa ya no recibe los cambios',
      what: ({ account }) =>
        account
          ? `Amazon le retiró a esta skill el permiso de informar a la app Alexa sobre la cuenta ${account}. La app muestra estados antiguos.`
          : 'Amazon le retiró a esta skill el permiso de informar a la app Alexa. La app muestra estados antiguos.',
      resolved: ({ account }) =>
        account
          ? `Esta skill puede volver a informar cambios a la app Alexa sobre la cuenta ${account}.`
          : 'Esta skill puede volver a informar cambios a la app Alexa.',
    },
    'alexa-let-go': {
      subject: 'Lámparas y Alexa: Alexa ya no está vinculada con esta skill',
      what: (v) => `Alexa ya no está vinculada con esta skill, por eso no puede controlar las lámparas de ${whose(v)}.`,
    },
    'alexa-silent': {
      subject: 'Lámparas y Alexa: ¿Alexa todavía le responde?',
      what: (v) =>
        v.silentSince
          ? `Alguien ha usado a mano los enchufes de ${whose(v)} en varios días. No hemos visto que Alexa use su vínculo con esta skill desde el ${v.silentSince}. No sabemos si hay algún problema.`
          : `Alguien ha usado a mano los enchufes de ${whose(v)} en varios días. No hemos visto que Alexa use su vínculo con esta skill desde que se vinculó. No sabemos si hay algún problema.`,
      remedy: 'Pídale a Alexa que encienda o apague una lámpara. Si la lámpara responde, no hay que hacer nada.',
    },
    'wrong-stage': {
      subject: 'Lámparas y Alexa: el vínculo de Alexa es de otra etapa de la skill',
      what: ({ account }) =>
        account
          ? `El servicio de eventos de Alexa no reconoce esta skill para la cuenta ${account} (SKILL_NOT_FOUND). El vínculo se hizo con otra etapa de la skill, la de desarrollo o la publicada.`
          : 'El servicio de eventos de Alexa no reconoce esta skill (SKILL_NOT_FOUND). El vínculo se hizo con otra etapa de la skill, la de desarrollo o la publicada.',
      resolved: ({ account }) =>
        account
          ? `El servicio de eventos de Alexa vuelve a aceptar eventos para la cuenta ${account}.`
          : 'El servicio de eventos de Alexa vuelve a aceptar eventos.',
    },
    'plug-offline': {
      subject: 'Lámparas y Alexa: un enchufe está sin conexión',
      what: (v) =>
        v.offlineSince
          ? `Esta skill no ha visto el enchufe ${v.name} de ${whose(v)} conectado a ${v.cloud} desde el ${v.offlineSince}.`
          : `Esta skill no ha visto el enchufe ${v.name} de ${whose(v)} conectado a ${v.cloud}.`,
      othersConnected: 'Otros enchufes de la cuenta están conectados.',
      remedyPower: 'Revise que el enchufe tenga corriente. Si la tiene, desenchúfelo y vuelva a enchufarlo.',
      remedyInternet: ({ cloud }) =>
        `Revise que el enchufe tenga corriente y que funcione el internet de la casa. Si la red Wi-Fi tiene otro nombre u otra contraseña, vuelva a configurar el enchufe en la app ${cloud}. ${WIFI_BAND}`,
      resolved: (v) => `El enchufe ${v.name} de ${whose(v)} está conectado de nuevo.`,
    },
    'plugs-offline': {
      subjectSome: 'Lámparas y Alexa: varios enchufes están sin conexión',
      subjectAll: 'Lámparas y Alexa: todos los enchufes están sin conexión',
      whatSome: (v) =>
        v.offlineSince
          ? `Esta skill no ha visto ${v.plugs} enchufes de ${whose(v)} conectados a ${v.cloud} desde el ${v.offlineSince}. Otros enchufes de la cuenta están conectados.`
          : `Esta skill no ha visto ${v.plugs} enchufes de ${whose(v)} conectados a ${v.cloud}. Otros enchufes de la cuenta están conectados.`,
      whatAll: (v) =>
        v.offlineSince
          ? `Esta skill no ha visto ninguno de los ${v.plugs} enchufes de ${whose(v)} conectado a ${v.cloud} desde el ${v.offlineSince}. No sabemos por qué.`
          : `Esta skill no ha visto ninguno de los ${v.plugs} enchufes de ${whose(v)} conectado a ${v.cloud}. No sabemos por qué.`,
      remedyPower: 'Revise que estos enchufes tengan corriente. Si la tienen, desenchúfelos y vuelva a enchufarlos.',
      remedyInternet: ({ cloud }) =>
        `Revise que funcione el internet de la casa. Si la red Wi-Fi tiene otro nombre u otra contraseña, vuelva a configurar los enchufes en la app ${cloud}. ${WIFI_BAND}`,
      resolved: (v) =>
        `Esta skill vuelve a ver enchufes de ${whose(v)} conectados a ${v.cloud}. Si alguno sigue sin conexión, otro mensaje dirá cuál es.`,
    },
    'devices-missing': {
      subject: ({ cloud }) => `Lámparas y Alexa: ${cloud} ya no muestra todos los enchufes`,
      what: (v) =>
        `${v.cloud} no le muestra a esta skill todos los enchufes de ${whose(v)}, aunque le permite entrar. Alexa no puede controlar los enchufes que faltan. No sabemos por qué faltan.`,
      remedy: ({ cloud }) =>
        `Abra la app ${cloud} con la misma cuenta. Si los enchufes tampoco aparecen allí, pídale al dueño de la residencia que vuelva a invitar a la cuenta. Si aparecen, espere un poco.`,
      resolved: (v) => `${v.cloud} vuelve a mostrarle a esta skill todos los enchufes de ${whose(v)}.`,
    },
    'cloud-down': {
      subject: ({ cloud }) => `Lámparas y Alexa: ${cloud} no atiende a esta skill`,
      what: (v) =>
        v.offlineSince
          ? `${v.cloud} no le ha dado a esta skill ninguna respuesta útil para ${whose(v)} desde el ${v.offlineSince}. Hasta que lo haga, es posible que las lámparas no respondan a Alexa. No sabemos cuánto tardará.`
          : `${v.cloud} no le ha dado a esta skill ninguna respuesta útil para ${whose(v)}. Hasta que lo haga, es posible que las lámparas no respondan a Alexa. No sabemos cuánto tardará.`,
      remedy: 'Usted no tiene que hacer nada. Cuando termine, llegará otro mensaje.',
      resolved: (v) => `${v.cloud} vuelve a responderle a esta skill para ${whose(v)}.`,
    },
    'amazon-down': {
      subject: 'Lámparas y Alexa: Amazon no acepta los informes de esta skill',
      what: (v) =>
        v.offlineSince
          ? `Amazon no ha aceptado los informes de cambios de esta skill para ${whose(v)} desde el ${v.offlineSince}. Es posible que la app Alexa muestre estados anteriores. No sabemos si Alexa controla las lámparas.`
          : `Amazon no ha aceptado los informes de cambios de esta skill para ${whose(v)}. Es posible que la app Alexa muestre estados anteriores. No sabemos si Alexa controla las lámparas.`,
      remedy: 'Usted no tiene que hacer nada. Cuando termine, llegará otro mensaje.',
      resolved: (v) => `Amazon vuelve a aceptar los informes de cambios de esta skill para ${whose(v)}.`,
    },
    'sign-in-inconclusive': {
      subject: ({ cloud }) => `Lámparas y Alexa: ${cloud} no deja entrar a esta skill (desarrollador)`,
      what: (v) =>
        `${v.cloud} no deja entrar a esta skill a ${whose(v)}, aunque no dice que la contraseña sea incorrecta. Las lámparas no responden a Alexa.`,
      remedy:
        'Desarrollador: busque sign-in-inconclusive y sign-in-not-made en el registro. La skill sigue intentándolo por sí misma, aproximadamente una vez por hora.',
      resolved: (v) => `${v.cloud} vuelve a dejar entrar a esta skill a ${whose(v)}.`,
    },
    'sign-in-throttled': {
      subject: 'Lámparas y Alexa: las lámparas no responden por un tiempo',
      what: (v) =>
        `${v.cloud} terminó el acceso de esta skill a ${whose(v)}, y los últimos inicios de sesión no han ayudado. Para que ${v.cloud} no bloquee la cuenta, esta skill espera antes del siguiente intento. Las lámparas no responden a Alexa.`,
      remedy: ({ retryAt }) =>
        retryAt
          ? `Esta skill lo intenta de nuevo por sí misma, no antes de las ${retryAt}. Usted no tiene que hacer nada, a menos que otro mensaje lo pida.`
          : 'Esta skill lo intenta de nuevo por sí misma. Usted no tiene que hacer nada, a menos que otro mensaje lo pida.',
    },
    'ready-link-used': {
      subject: 'Lámparas y Alexa: alguien conectó una Alexa',
      what: (v) =>
        `Alguien abrió un enlace que se creó para esa persona en la página de esta skill y conectó su Alexa con ${whose(v)}. Esa Alexa ahora puede encender, apagar y atenuar las lámparas.`,
      remedy:
        'Si usted lo sabía, solo guarde este mensaje. Si no, termine esa conexión en la página "Quién está conectado" de esta skill.',
      resolved: (v) => `La Alexa que se conectó por un enlace con ${whose(v)} es conocida.`,
    },
  },
};

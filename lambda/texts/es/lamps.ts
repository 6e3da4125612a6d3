import type { LampTexts } from '../en/lamps.ts';
import { pluralOf } from '../plural.ts';

const plural = pluralOf('es');
const BAND = 'Estos enchufes suelen usar solo Wi-Fi de 2,4 GHz.';

export const lamps: LampTexts = {
  title: '¿Cómo están mis lámparas?',
  signIn: {
    why: ({ cloud }) =>
      `Inicie sesión con su cuenta de ${cloud}, la que usa en la app de ${cloud}. Así verá cómo están sus lámparas y qué hacer si una no reacciona.`,
    submit: 'Iniciar sesión',
  },
  checked: ({ moment }) => `Revisado: ${moment}.`,
  lookAgain: 'Revisar otra vez',
  since: ({ moment }) => `Desde: ${moment}.`,
  verdict: {
    broken: 'Esto es lo que no funciona',
    commandsPass: 'Esto no funciona, pero no impide que las órdenes lleguen a sus lámparas',
    healthy: 'Todo lo que se puede ver desde aquí funciona',
    undecided: 'Hasta ahora no se encontró ninguna falla',
  },
  found: {
    healthy:
      'Si aun así una lámpara no da luz, puede ser el foco o el interruptor de la propia lámpara. Para saberlo, use «Hacer parpadear la lámpara» en esta página.',
    'link-not-completed': 'La vinculación con Alexa se inició para esta cuenta, y todavía no ha terminado.',
    'alexa-not-heard':
      'En el último día no se anotó ninguna llamada de Alexa para esta cuenta. Por eso no sabemos si su voz llega hasta aquí.',
    'looked-often': 'Sus lámparas se revisaron seis veces en cinco minutos; por eso no se revisaron esta vez.',
    'not-enough-known': 'No se pudo revisar todo: vea «No se sabe» abajo.',
  },
  foundRemedy: {
    healthy: 'Si Alexa no reacciona, diga el nombre de la lámpara tal como lo muestra la app Alexa.',
    'link-not-completed': 'Termine la vinculación en la app Alexa. Si ya la terminó, revise otra vez en cinco minutos.',
    'alexa-not-heard':
      'Averígüelo tocando el icono de una lámpara en la app Alexa: vea «Averiguar más» en esta página.',
    'looked-often': 'Revise otra vez en cinco minutos.',
    'not-enough-known': 'Revise otra vez en unos minutos.',
  },
  who: {
    person: 'Lo que usted puede hacer',
    helper: 'Para quien conoce la contraseña de la cuenta',
    developer: 'Lo que usted puede hacer',
    nobody: 'Espere',
  },
  remedyOf: {
    developer:
      'Avise a quien administra esta skill. No desvincule ni desactive nada en la app Alexa; no serviría de nada.',
    nobody:
      'Espere unos minutos y revise otra vez. No desvincule ni desactive nada en la app Alexa; no serviría de nada.',
  },
  lampsTitle: 'Sus lámparas',
  noLamps: 'Aquí no se conoce ninguna lámpara de esta cuenta.',
  lamp: {
    on: ({ level }) => `Encendida al ${level}`,
    onSwitch: 'Encendida',
    off: 'Apagada',
    offline: 'Sin conexión',
    connected: 'Conectada',
    lastKnown: ({ state }) => `Último estado conocido: ${state}`,
    notLooked: 'No se pudo revisar en este momento',
  },
  chainTitle: 'Desde su voz hasta la lámpara',
  marks: { ok: 'Funciona', broken: 'No funciona', unknown: 'No se sabe' },
  parts: {
    skill: 'Esta skill',
    plug: 'Enchufe y Wi-Fi',
    lamp: 'Foco y lámpara',
    reports: 'Informes a la app Alexa',
  },
  ok: {
    alexaLately: 'Llamó a esta skill, o usó su vínculo con ella, en el último día.',
    alexa: ({ moment }) => `Llamó a esta skill: ${moment}.`,
    refresh: ({ moment }) => `Usó su vínculo con esta skill: ${moment}.`,
    skill: 'Responde, y sus datos se pueden leer.',
    cloud: 'Responde, y esta skill tiene la sesión iniciada.',
    cloudLately: 'Respondió a una orden en el último día.',
    plug: ({ count }) =>
      plural(count, { one: 'El enchufe está conectado.', other: 'Todos los enchufes están conectados.' }),
    lamp: 'Usted la vio reaccionar.',
    reports: 'En el último día Alexa recibió un informe de un cambio.',
  },
  unknown: {
    alexa: 'Si Alexa le oye solo se ve cuando llama a esta skill.',
    skill: 'En este momento no se sabe nada.',
    cloud: 'En este momento no se sabe nada.',
    plug: 'En este momento no se sabe nada.',
    lamp: 'Eso solo lo puede ver una persona junto a la lámpara.',
    reports: 'En este momento no se sabe nada.',
  },
  causes: {
    'sign-in-page-failing': () => 'La página de inicio de sesión de esta skill no funciona.',
    'address-not-answering': () => 'La dirección de esta skill no responde como debe.',
    'sign-ins-unanswered': () => 'En el último día nadie ha completado el inicio de sesión en la página de esta skill.',
    'exchange-missing': () =>
      'La vinculación se detuvo después del inicio de sesión: Alexa no pidió su acceso a esta skill.',
    'exchange-late': () => 'La vinculación falló: esta skill respondió a Alexa demasiado tarde.',
    'exchange-refused': () => 'La vinculación falló: esta skill se negó a dar el acceso a Alexa.',
    'linking-client-refused': () =>
      'La vinculación falló: la skill de la app Alexa tiene otro id o secreto de cliente que esta.',
    'link-not-taken': () => 'La vinculación falló: Alexa no usó el acceso que recibió.',
    'grant-missing': () => 'Alexa no ha dado a esta skill el permiso de informar los cambios.',
    'grant-client-refused': () =>
      'Amazon no acepta las credenciales con las que esta skill pide permiso para informar los cambios.',
    'grant-not-answered': () =>
      'Amazon no respondió cuando se vinculó Alexa, así que esta skill no puede informar los cambios.',
    'grant-refused': () => 'Amazon rechazó el código con el que esta skill pide informar de los cambios.',
    'device-unreadable': () => 'Alexa no conoce uno de sus dispositivos, porque esta skill no puede leer qué es.',
    'device-held-back': ({ name }) => `Alexa no conoce la lámpara «${name}».`,
    'speech-not-heard': () => 'Su toque en la app Alexa llegó hasta aquí, y su frase no.',
    'not-linked': () => 'Esta cuenta no está vinculada con ninguna Alexa.',
    'skill-disabled': () => 'La skill se desactivó en la app Alexa.',
    'skill-not-enabled': () => 'La skill no está activada en la app Alexa.',
    'alexa-not-linked': () => 'Amazon dice que esta skill ya no está vinculada.',
    'alexa-grant-revoked': () =>
      'Amazon retiró el permiso de esta skill, y desde entonces Alexa no ha usado su vínculo.',
    'alexa-link-expired': () => 'La app Alexa dice que el vínculo caducó.',
    'link-ended': {
      person: 'Alguien terminó el vínculo con Alexa en una página de esta skill.',
      safety: 'Esta skill terminó el vínculo con Alexa por seguridad, porque un secreto suyo se usó dos veces.',
      unknown: 'El vínculo con Alexa se terminó.',
    },
    'refresh-refused': () => 'Esta skill se negó a renovar el acceso de Alexa.',
    'refresh-request-refused': () => 'Esta skill no acepta las solicitudes con las que Alexa renueva su acceso.',
    'token-not-refreshed': () => 'Alexa llamó con un acceso que había caducado, y todavía no lo ha renovado.',
    'refresh-address-down': () => 'La dirección en la que Alexa renueva su acceso a esta skill no responde como debe.',
    'token-endpoint-failing': () => 'Esta skill no responde como debe cuando Alexa renueva su acceso.',
    'canary-failing': () => 'Un vínculo nuestro, que se renueva como prueba, no se puede renovar.',
    'delivery-broken': () => 'Alexa no puede llamar a esta skill.',
    'no-directives': () => 'En la última hora Alexa no ha llamado a esta skill en la región de esta cuenta.',
    'token-not-ours': () => 'Alexa llamó con un acceso que no es de esta skill.',
    'token-key-missing': () => 'Esta skill no puede leer el acceso de Alexa, porque le falta una clave propia.',
    'token-unverified': () => 'Esta skill no puede comprobar el acceso con el que llama Alexa.',
    'table-not-answering': () => 'La base de datos de esta skill no responde.',
    'account-missing': ({ cloud }) => `Esta skill no tiene ninguna sesión de ${cloud} para esta cuenta.`,
    'row-unreadable': () => 'Esta skill no puede leer lo que guarda de esta cuenta.',
    'cloud-not-answering': ({ cloud }) => `En este momento ${cloud} no funciona para esta skill.`,
    'cloud-slow': ({ cloud }) => `${cloud} no respondió a tiempo a esta skill.`,
    'cloud-changed': ({ cloud }) => `${cloud} responde de una forma que esta skill no entiende.`,
    'cloud-rate-limited': ({ cloud }) => `${cloud} pide a esta skill que espere.`,
    'cloud-session-rejected': ({ cloud }) => `En este momento ${cloud} no acepta la sesión de esta skill.`,
    'needs-sign-in': {
      'password-changed': ({ cloud }) => `${cloud} no aceptó la contraseña que esta skill guardaba.`,
      'code-needed': ({ cloud }) => `${cloud} pide un código de verificación, que solo usted puede recibir.`,
      'two-step-account': ({ cloud }) =>
        `${cloud} terminó la sesión de esta skill, y para una nueva hace falta un código de verificación.`,
      'credentials-not-kept': ({ cloud }) =>
        `${cloud} terminó la sesión de esta skill, y no se guarda ninguna contraseña.`,
      locked: ({ cloud }) =>
        `${cloud} bloqueó la cuenta por un tiempo, como hace después de varios inicios de sesión fallidos.`,
    },
    'sign-in-waiting': ({ cloud }) =>
      `Esta skill no tiene una sesión de ${cloud} que funcione, y lo intenta otra vez por sí sola.`,
    'lamp-not-listed': ({ cloud }) => `${cloud} ya no muestra la lámpara.`,
    'plug-offline': ({ name, cloud }) => `El enchufe de «${name}» no está conectado a ${cloud}.`,
    othersConnected: ({ count }) =>
      plural(count, {
        one: 'Otro enchufe de la cuenta está conectado.',
        other: `Otros ${count} enchufes de la cuenta están conectados.`,
      }),
    'plug-without-power': ({ name }) => `El enchufe de «${name}» no tiene corriente: su luz está apagada.`,
    'plug-without-wifi': ({ name }) => `El enchufe de «${name}» tiene corriente y no tiene Wi-Fi: su luz parpadea.`,
    'plugs-offline': ({ count, cloud }) =>
      plural(count, {
        one: `Un enchufe no está conectado a ${cloud}.`,
        other: `${count} enchufes no están conectados a ${cloud}.`,
      }),
    'home-internet-down': ({ count }) =>
      plural(count, {
        one: 'El enchufe no está conectado, y nada más en casa llega a internet.',
        other: 'Ningún enchufe está conectado, y nada más en casa llega a internet.',
      }),
    'home-wifi-changed': () => 'Ningún enchufe está conectado, y otras cosas en casa sí llegan a internet.',
    'plug-not-following': ({ cloud }) => `${cloud} aceptó la orden, y el enchufe no la siguió.`,
    'lamp-dark': ({ level }) =>
      `El enchufe hizo lo que se le pidió, al ${level}, y usted no vio reaccionar la lámpara.`,
    'level-too-low': ({ level }) =>
      `El enchufe da el ${level}, y usted no vio luz. Muchos focos no muestran ninguna con tan poco.`,
    'answer-late': () =>
      'Esta skill respondió a Alexa demasiado tarde. Alexa dice entonces que la lámpara no responde, aunque puede haber reaccionado.',
    'answer-malformed': () => 'Una respuesta de esta skill a Alexa tenía una forma incorrecta.',
    'button-not-noticed': ({ cloud }) => `${cloud} no notó el botón del enchufe.`,
    'watch-silent': () => 'En este momento esta skill no se entera de los cambios de las lámparas.',
    'reports-stuck': () => 'Hay informes para Alexa detenidos en esta skill.',
    'event-grant-revoked': () => 'Amazon retiró el permiso de informar los cambios a Alexa.',
    'event-client-refused': () => 'Amazon no acepta las credenciales con las que esta skill informa los cambios.',
    'lwa-not-answering': () => 'En este momento Amazon no da acceso a esta skill para informar los cambios.',
    'events-not-permitted': () => 'Esta skill no tiene permiso para informar los cambios a Alexa.',
    'event-wrong-stage': () => 'El permiso de informar los cambios es para otra etapa de esta skill.',
    'event-refused': () => 'Alexa rechaza los informes de esta skill por su forma.',
    'event-account-unknown': () => 'Alexa no conoce la cuenta a la que informa esta skill.',
    'event-token-rejected': () => 'Alexa no acepta el acceso con el que esta skill informa los cambios.',
    'gateway-not-answering': () => 'En este momento Alexa no recibe informes de cambios.',
    'tile-stale': () => 'Alexa aceptó el estado correcto, y su app muestra otro.',
  },
  remedies: {
    linkAgain: ({ skill }) =>
      `En la app Alexa, abra la skill ${skill} y vuelva a vincular su cuenta. Los grupos y las rutinas se quedan como están.`,
    enable: ({ skill }) => `En la app Alexa, abra la skill ${skill}, toque Activar e inicie sesión.`,
    renewPermission: ({ skill }) =>
      `Las órdenes no lo necesitan. Para que los iconos sean correctos, desactive la skill ${skill} en la app Alexa y actívela otra vez.`,
    name: 'Dé a la lámpara un nombre de letras y cifras en la app de su fabricante. Alexa lo aprende en un día, o cuando usted dice: descubre mis dispositivos.',
    discover: 'Diga: «Alexa, descubre mis dispositivos».',
    speech: 'Alexa entendió otra frase. En la app Alexa, vea en Más, Actividad, Historial de voz lo que oyó.',
    signIn: ({ cloud }) =>
      `Inicie sesión en ${cloud} con su contraseña en esta página. El vínculo con Alexa se queda como está.`,
    locked: ({ cloud }) =>
      `Espere una hora; esta skill lo intenta otra vez por sí sola. Si continúa, inicie sesión en ${cloud} en esta página.`,
    listed: ({ cloud }) => `Vea en la app de ${cloud} si la lámpara está allí. Si no está, agréguela.`,
    plug: `Mire la luz del enchufe. Sin luz: revise el tomacorriente y su interruptor de pared. Luz que parpadea: el enchufe perdió su Wi-Fi. ${BAND}`,
    power: 'Revise el tomacorriente, su interruptor de pared y el fusible. Después presione el botón del enchufe.',
    wifi: `Acerque el enchufe al router, o configure su Wi-Fi en la app de su fabricante. ${BAND}`,
    plugs: `Revise si funcionan internet y el Wi-Fi de la casa. Si otras cosas están en línea, es posible que los enchufes no conozcan un nombre o una contraseña nuevos del Wi-Fi. ${BAND}`,
    internet: 'Apague y encienda el router, y espere unos minutos. Si no ayuda, pregunte a su proveedor de internet.',
    newWifi: `¿Un router, un nombre o una contraseña de Wi-Fi nuevos? Configure el Wi-Fi de los enchufes en la app de su fabricante. ${BAND}`,
    follow: 'Saque el enchufe del tomacorriente, espere diez segundos y vuelva a ponerlo.',
    bulb: 'Revise el interruptor de la propia lámpara, y después ponga otro foco.',
    level: 'Suba la luz: diga «Alexa, pon la lámpara al 50 por ciento». Si sigue apagada, pruebe con otro foco.',
    tile: 'Cierre la app Alexa y vuelva a abrirla.',
    report: 'Las órdenes no lo necesitan. Saque el enchufe del tomacorriente y vuelva a ponerlo.',
    signInOnce: ({ cloud }) => `Inicie sesión en ${cloud} una vez en esta página.`,
  },
  hints: {
    'link-lost': ({ lost, of, date }) =>
      plural(lost, {
        one: `${lost} de ${of} vínculos de esta cuenta con Alexa ya no funciona. Se creó el ${date}. Quien lo usa puede vincular de nuevo en la app Alexa.`,
        other: `${lost} de ${of} vínculos de esta cuenta con Alexa ya no funcionan. El último de ellos se creó el ${date}. Quienes los usan pueden vincular de nuevo en la app Alexa.`,
      }),
    'weak-signal': ({ name }) => `El Wi-Fi de «${name}» es débil.`,
    'firmware-old': ({ name }) => `Otro enchufe del mismo modelo tiene un firmware más nuevo que el de «${name}».`,
  },
  tests: {
    title: 'Averiguar más',
    needSignIn: ({ cloud }) =>
      `Cuando inicie sesión en ${cloud}, podrá usar «Hacer parpadear la lámpara», probar un toque en la app Alexa y ver lo que cambió en los últimos siete días.`,
    signIn: ({ cloud }) => `Iniciar sesión en ${cloud}`,
    blink: {
      title: 'Hacer parpadear la lámpara',
      what: 'La lámpara cambia su luz durante dos segundos, y vuelve a quedar como estaba.',
      consent: 'Estoy junto a la lámpara, y ahora puede parpadear.',
      button: ({ name }) => `Hacer parpadear «${name}»`,
      ask: ({ name }) => `¿Vio parpadear «${name}»?`,
      yes: 'Sí, la vi',
      no: 'No, no vi nada',
      notNow: 'Marque primero la casilla: la lámpara parpadea solo si usted quiere.',
      wait: 'Acaba de parpadear varias veces. Espere unos minutos.',
      failed: 'No se pudo hacer parpadear la lámpara.',
      failedLook: 'En este momento no se pudieron revisar las lámparas.',
      notBack: ({ name, state }) => `«${name}» no pudo volver a quedar como estaba. Antes estaba así: ${state}.`,
      changed: 'Mientras tanto alguien cambió la lámpara, así que quedó como está.',
    },
    tap: {
      title: '¿Llega Alexa a esta skill?',
      what: 'Usted toca el icono de una lámpara en la app Alexa, y esta página revisa si el toque llega.',
      button: 'Ahora estoy tocando el icono en la app Alexa',
      now: 'Toque ahora el icono de una lámpara en la app Alexa, de modo que la lámpara se encienda o se apague. Después vuelva y presione el botón.',
      done: 'Ya lo toqué',
      came: 'Mientras usted tocaba, una lámpara cambió. Si fue su toque, Alexa llega a sus lámparas. Si su voz no llega, Alexa oye otra cosa.',
      failed:
        'Mientras usted tocaba, Alexa llegó a esta skill, y la orden falló aquí. La respuesta de arriba dice por qué.',
      none: 'Todas las lámparas están como antes de su toque, y aquí no falló ninguna orden. O Alexa no llamó a esta skill, o un segundo toque dejó la lámpara como estaba.',
      spoke: '¿Y cuando usted habla, la lámpara reacciona?',
      speaks: 'Sí, reacciona',
      silent: 'No, solo funciona el icono',
    },
    press: {
      title: ({ cloud }) => `¿Nota ${cloud} el enchufe?`,
      what: ({ cloud }) => `Usted presiona el botón de un enchufe, y esta página revisa si ${cloud} lo nota.`,
      button: 'Estoy junto a un enchufe y quiero presionar su botón',
      now: 'Presione ahora una vez el botón del enchufe, de modo que la lámpara se encienda o se apague. Después presione el botón aquí.',
      done: 'Ya lo presioné',
      came: ({ cloud }) => `${cloud} notó que una lámpara cambió.`,
      none: ({ cloud }) => `${cloud} no ha mostrado que alguna lámpara cambiara.`,
      followed: '¿Cambió la lámpara cuando usted presionó el botón del enchufe?',
      yes: 'Sí, cambió',
      no: 'No, no cambió',
    },
    more: '¿Qué ve usted?',
    light: 'La luz del enchufe',
    lights: { nothing: 'Está apagada', blinking: 'Parpadea', steady: 'Está encendida' },
    internet: '¿Llegan a internet otras cosas en casa?',
    internets: { yes: 'Sí, llegan', no: 'No, nada' },
    skillPage: ({ skill }) => `¿Qué dice la página de la skill ${skill} en la app Alexa?`,
    skillPages: { enabled: 'Desactivar skill', enable: 'Activar para usar', 'link-expired': 'El vínculo caducó' },
    tile: '¿Muestra el icono de la app Alexa lo que hace la lámpara?',
    tiles: { right: 'Sí, lo mismo', wrong: 'No, otra cosa' },
    answer: 'Revisar con estas respuestas',
  },
  said: {
    title: '¿Qué dijo Alexa?',
    clue: 'Esto es solo una primera pista, de lo que encontraron otras personas. Amazon no promete nada de esto, y la línea de arriba cuenta más.',
    sentences: {
      ok: {
        says: '«OK», y la lámpara sigue apagada',
        points: 'El enchufe, su Wi-Fi, el foco o el interruptor de la lámpara.',
      },
      notResponding: {
        says: '«… no responde. Comprueba la conexión de red y la alimentación.»',
        points: ({ cloud }) => `El enchufe, ${cloud}, o una respuesta que llegó demasiado tarde.`,
      },
      unresponsive: {
        says: '«El dispositivo no responde» o «El servidor no responde» en la app',
        points: 'Esta skill: su llamada, su control del acceso de Alexa o sus datos.',
      },
      malfunctioning: {
        says: '«… no funciona correctamente» o «Lo siento, algo salió mal»',
        points: 'Una respuesta de esta skill.',
      },
      unsupported: {
        says: '«… no admite eso»',
        points:
          'Un grupo con otros dispositivos, o una descripción vieja de la lámpara en Alexa. Diga: descubre mis dispositivos.',
      },
      notFound: {
        says: '«No encontré ningún dispositivo llamado …»',
        points: 'El nombre, o el vínculo de Alexa con esta skill.',
      },
      several: {
        says: '«Varias cosas se llaman …»',
        points: 'Dos dispositivos con un nombre: quizás también está activada la skill del fabricante.',
      },
      expired: {
        says: '«El vínculo entre las cuentas caducó» en la página de la skill',
        points: 'El vínculo de Alexa con esta skill.',
      },
    },
  },
  share: {
    title: 'Enviar esto a quien me ayuda',
    what: 'En este texto no hay ninguna contraseña, dirección ni número de cuenta. Puede pegarlo donde quiera.',
    copy: 'Copiar o enviar',
    copied: 'Copiado.',
    heading: ({ moment }) => `Cómo están mis lámparas, ${moment}`,
    from: ({ skill }) =>
      `De la página «¿Cómo están mis lámparas?» de la skill de Alexa ${skill}. «Esta página» es esa página.`,
    lamp: ({ number }) => `Lámpara ${number}`,
  },
  history: {
    title: 'Cambios de los últimos siete días',
    needSignIn: ({ cloud }) => `Inicie sesión en ${cloud} para ver lo que hicieron las lámparas.`,
    none: 'No se anotó ningún cambio.',
    bound: 'Los últimos cambios de cada lámpara, 100 como máximo. Pueden faltar cambios de cuando nadie podía mirar.',
    by: {
      plug: 'con el botón del enchufe',
      'our-write': ({ cloud }) => `por ${cloud}: Alexa o una app`,
      'other-write': ({ cloud }) => `por ${cloud}: probablemente un horario, una app u otro servicio`,
      unknown: 'no se sabe quién',
      read: 'se vio después; no se sabe quién',
      page: 'con «Hacer parpadear la lámpara» en esta página',
    },
    gone: 'Perdió su conexión',
    back: 'Conectada otra vez',
    night: ({ cloud }) =>
      `Una lámpara que cambia sola: vea sus horarios en la app de ${cloud}, y las Rutinas y Corazonadas en la app Alexa.`,
  },
  link: {
    offer: 'Cómo están ahora sus lámparas, y qué hacer:',
    tooOld: {
      title: 'Este enlace es demasiado viejo',
      text: ({ cloud }) =>
        `El enlace de un mensaje sirve durante siete días. Inicie sesión en ${cloud} para ver cómo están sus lámparas.`,
    },
    noLink: {
      title: 'Este enlace no sirve',
      text: ({ cloud }) =>
        `Falta algo del enlace, o no es un enlace nuestro. Inicie sesión en ${cloud} para ver cómo están sus lámparas.`,
    },
    formTooOld: {
      title: 'Esta página es demasiado vieja',
      text: 'Sirve durante media hora después de iniciar sesión. Inicie sesión otra vez.',
    },
    otherBrowser: {
      title: 'Esta página se abrió en otro lugar',
      text: 'Inicie sesión en este navegador. Si ve esto otra vez, su navegador no acepta la cookie de esta página.',
    },
    malformed: { title: 'Esta página no se puede mostrar', text: 'Comience otra vez.' },
    tooMany: {
      title: 'Espere un momento',
      text: 'Esta página se abrió muchas veces hace un momento. Revise otra vez en un minuto.',
    },
    healthOnly: 'Quien tiene este enlace ve esta página, y no puede encender ni apagar nada.',
  },
};

import type { ConnectionTexts } from '../en/connections.ts';
import { pluralOf } from '../plural.ts';

const plural = pluralOf('es');

export const connections: ConnectionTexts = {
  title: 'Quién está conectado',
  signInWhy: ({ cloud }) =>
    `Inicie sesión con su cuenta ${cloud}, la que usa en la app ${cloud}. Después verá qué conexiones de Alexa pueden usarla y podrá terminarlas. Esta página no cambia nada en la app Alexa.`,
  connectedSince: ({ since }) => `Conectada desde el ${since}.`,
  begun: ({ since }) => `Se empezó el ${since} y no se terminó.`,
  useUnknown: 'No se sabe cuándo la usó Alexa por última vez.',
  lastUsed: ({ day }) => `Alexa la usó por última vez el ${day} (UTC).`,
  superseded: 'La misma cuenta de Amazon hizo una conexión más reciente.',
  disconnect: 'Desconectar',
  keepOnly: 'Conservar esta y desconectar todas las demás',
  none: ({ account }) => `La cuenta ${account} no tiene ninguna conexión con Alexa.`,
  some: ({ count, account }) =>
    plural(count, {
      one: `Una conexión de Alexa puede usar la cuenta ${account}.`,
      other: `${count} conexiones de Alexa pueden usar la cuenta ${account}.`,
    }),
  unknownWhose:
    'Aquí no se sabe de qué cuenta de Amazon es cada conexión. Una persona que vuelve a vincular puede tener también una conexión anterior.',
  nothingEnded: 'No se cambió nada: esa conexión ya no existe.',
  endedNow: ({ count }) =>
    plural(count, {
      one: 'Se terminó una conexión. Ya no tiene acceso.',
      other: `Se terminaron ${count} conexiones. Ya no tienen acceso.`,
    }),
  endedLater: ({ count }) =>
    plural(count, {
      one: 'Se terminó una conexión. Su acceso puede durar hasta 65 minutos.',
      other: `Se terminaron ${count} conexiones. Su acceso puede durar hasta 65 minutos.`,
    }),
  changePassword: ({ cloud }) =>
    `¿Alguien más conoce la contraseña de esta cuenta? Entonces cámbiela primero en la app ${cloud}. Quien la conoce puede volver a conectarse.`,
  changedMeanwhile: 'Las conexiones cambiaron mientras tanto. Vuelva a mirar la lista. No se borró nada.',
  stays: 'Una contraseña nueva no termina ninguna conexión. Si una no es suya, desconéctela aquí.',
  others: {
    title: 'Quién más está conectado',
    some: ({ count, account }) =>
      plural(count, {
        one: `Otra conexión de Alexa puede usar la cuenta ${account}.`,
        other: `Otras ${count} conexiones de Alexa pueden usar la cuenta ${account}.`,
      }),
    end: ({ count }) => plural(count, { one: 'Desconectarla y continuar', other: 'Desconectarlas y continuar' }),
    keep: ({ count }) => plural(count, { one: 'Conservarla y continuar', other: 'Conservarlas y continuar' }),
  },
  erase: {
    title: 'Borrar todo',
    what: 'Esto termina todas las conexiones y elimina lo que esta skill guarda sobre la cuenta. También se elimina automáticamente, 90 días después de que termine la última conexión.',
    button: 'Borrar todo',
    askTitle: '¿Borrar todo?',
    ask: ({ account }) => `Esto termina todas las conexiones de Alexa de la cuenta ${account}. No se puede deshacer.`,
    deleted: ({ cloud }) =>
      `Se elimina lo siguiente: la contraseña, la sesión en ${cloud}, las direcciones de correo para mensajes, los permisos de informar a Alexa, la lista de lámparas y los mensajes.`,
    now: 'Borrar todo ahora',
    back: 'Regresar',
    stays: ({ cloud }) =>
      `Lo que queda: cuándo se hizo, se usó por última vez y se terminó cada conexión, y el número que ${cloud} le da a la cuenta. Por eso Alexa se entera de que una conexión terminó. También queda una huella del número que Amazon le da a cada cuenta de Amazon para esta skill.`,
    backups:
      'Las copias de seguridad de la base de datos conservan lo eliminado hasta 35 días. Los registros nombran la cuenta por su número, y algunos por su correo electrónico abreviado, normalmente durante 30 días. Los mensajes enviados se quedan donde llegaron.',
    appMayShow: 'Es posible que la app Alexa siga mostrando las lámparas. Puede quitarlas allí.',
    doneTitle: 'Borrado',
    doneNow:
      'Se terminaron todas las conexiones y se eliminó lo que esta skill guardaba sobre la cuenta. Ya no tienen acceso.',
    doneLater: ({ cloud }) =>
      `Se terminaron todas las conexiones y se eliminó lo que esta skill guardaba sobre la cuenta. ${cloud} no ha confirmado el fin de nuestra sesión, por eso el acceso puede durar hasta 65 minutos.`,
    doneBackups: 'Las copias de seguridad de la base de datos lo conservan hasta 35 días. Puede cerrar esta página.',
  },
  signIn: 'Iniciar sesión',
  refusals: {
    'form-too-old': {
      title: 'Esta página estuvo abierta demasiado tiempo',
      text: 'Inicie sesión de nuevo. No se cambió nada.',
    },
    'other-browser': {
      title: 'Esta página se abrió en otro lugar',
      text: 'Inicie sesión de nuevo. Si vuelve a ver esta página, su navegador no acepta cookies; debe aceptar la de esta página. No se cambió nada.',
    },
    malformed: { title: 'Esta página no se puede mostrar', text: 'Inicie sesión de nuevo. No se cambió nada.' },
  },
};

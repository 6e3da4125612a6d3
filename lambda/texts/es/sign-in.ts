import type { SignInTexts } from '../en/sign-in.ts';
import { pluralOf } from '../plural.ts';

const plural = pluralOf('es');

export const signIn: SignInTexts = {
  link: {
    title: 'Conecte sus lámparas con Alexa',
    why: ({ cloud }) =>
      `Sus atenuadores y enchufes están en su cuenta ${cloud}, la que usa en la app ${cloud}. Inicie sesión con ella para que Alexa pueda encenderlos, apagarlos y atenuarlos. No es su cuenta de Amazon.`,
    submit: 'Iniciar sesión y conectar',
    cancel: 'No conectar',
  },
  submit: 'Iniciar sesión',
  email: ({ cloud }) => `Correo electrónico de su cuenta ${cloud}`,
  password: 'Contraseña',
  forgotPassword: ({ cloud }) => `¿Olvidó su contraseña de ${cloud}?`,
  keepBox: 'Mantener mi lámpara conectada',
  keep: ({ cloud }) =>
    `Recomendado. Si marca esta casilla, guardamos su contraseña, cifrada, y la usamos solo para mantener la sesión en ${cloud}.`,
  keepNot: 'Si no la marca, no la guardamos.',
  keepOther: 'Si otra persona que usa esta cuenta marcó esta casilla, guardamos la contraseña para ella.',
  endKnown: ({ cloud, days, day }) =>
    `Entonces ${cloud} normalmente termina nuestro acceso después de ${days} días, y usted tendrá que iniciar sesión de nuevo alrededor del ${day}.`,
  endUnknown: ({ cloud }) => `Cuando ${cloud} termine nuestro acceso, usted tendrá que iniciar sesión de nuevo.`,
  whatIsKept:
    'También guardamos su correo electrónico en forma abreviada, cuáles de sus lámparas puede controlar Alexa y su nivel de brillo. Puede terminar esto en cualquier momento: desactive la skill en la app Alexa. Eliminamos su contraseña cuando ya nadie esté conectado con esta cuenta.',
  signInEnds: ({ days }) => `La sesión termina por sí misma en un plazo de ${days} días.`,
  code: {
    title: 'Un paso más',
    why: ({ cloud }) =>
      `Su cuenta ${cloud} también necesita un código. ${cloud} acaba de enviarle uno, o lo muestra su app de códigos.`,
    label: 'Código',
    noPassword:
      'Solo usted puede obtener ese código, por eso no podemos iniciar sesión por usted más adelante. Por esa razón no guardamos su contraseña, aunque haya marcado la casilla.',
    endKnown: ({ cloud, days, day }) =>
      `${cloud} normalmente termina nuestro acceso después de ${days} días: alrededor del ${day} usted tendrá que iniciar sesión de nuevo.`,
    secondUser: ({ cloud, box }) =>
      `Usted puede evitarlo: invite a su residencia a un segundo usuario sin verificación en dos pasos, si ${cloud} lo permite. Inicie sesión aquí con ese usuario y marque "${box}". Las lámparas, los grupos y las rutinas quedan como están.`,
  },
  waitMinutes: ({ minutes }) =>
    plural(minutes, { one: 'Inténtelo de nuevo en un minuto.', other: `Inténtelo de nuevo en ${minutes} minutos.` }),
  problems: {
    incomplete: 'Escriba su correo electrónico y su contraseña.',
    'wrong-password': ({ cloud }) =>
      `${cloud} no reconoce este correo electrónico con esta contraseña. Revise ambos; en la contraseña importan las mayúsculas.`,
    'code-missing': 'Escriba el código.',
    'wrong-code': ({ cloud }) => `${cloud} no aceptó ese código. Use el más reciente que haya recibido.`,
    'code-too-late': 'El código tardó demasiado. Empiece de nuevo con su contraseña.',
    'other-account': ({ cloud }) =>
      `Esta es otra cuenta ${cloud}, no la que tiene sus lámparas. Inicie sesión con la que las tiene.`,
    'fewer-lamps': ({ cloud, lamps }) =>
      `Este usuario de ${cloud} no ve todas las lámparas de la cuenta. Ve: ${lamps}. Invítelo a todas las residencias en la app ${cloud}, o inicie sesión con la cuenta que tiene sus lámparas.`,
    'not-connected': ({ cloud }) =>
      `Esta cuenta ${cloud} no está conectada con esta skill, por eso no hay mensajes sobre ella. Primero vincúlela en la app Alexa.`,
    locked: ({ cloud }) =>
      `${cloud} bloqueó esta cuenta por un tiempo. Eso normalmente ocurre después de demasiados inicios de sesión fallidos. Espere una hora antes de intentarlo de nuevo. Si entonces funciona la app ${cloud}, también funcionará esta página.`,
    'too-many-attempts': ({ cloud }) =>
      `Hubo demasiados intentos en poco tiempo. Esta página espera para que ${cloud} no bloquee la cuenta.`,
    'cloud-busy': ({ cloud }) =>
      `${cloud} está demasiado ocupado para responder. No tiene que ver con su cuenta ni con su contraseña. Inténtelo de nuevo en unos minutos.`,
    'cloud-down': ({ cloud }) =>
      `${cloud} no responde en este momento. No tiene que ver con su cuenta ni con su contraseña. Inténtelo de nuevo en unos minutos.`,
  },
};

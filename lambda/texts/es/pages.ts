import type { PageTexts } from '../en/pages.ts';

export const pages: PageTexts = {
  skill: ({ skill }) => `Skill de Alexa ${skill}`,
  operator: ({ operator }) => `${operator} administra esta skill.`,
  privacy: 'Privacidad',
  otherLanguages: 'Otros idiomas',
  problem: ({ title }) => `Problema: ${title}`,
  attempt: ({ attempt }) => `Intento ${attempt}. Si necesita ayuda, mencione este número.`,
  failure: {
    title: 'Inténtelo de nuevo más tarde',
    text: 'Algo de nuestro lado no funciona en este momento. No tiene que ver con su cuenta ni con su contraseña, y sus lámparas no se cambiaron. Regrese e inténtelo de nuevo en unos minutos.',
  },
  refusals: {
    'too-old': {
      title: 'Esta página es demasiado antigua',
      text: 'Empiece de nuevo en la app Alexa: abra la skill y elija vincular su cuenta. No se cambió nada.',
    },
    'other-browser': {
      title: 'Esta página se abrió en otro lugar',
      text: 'Empiece de nuevo en la app Alexa: abra la skill y elija vincular su cuenta. Si vuelve a ver esta página, su navegador no acepta cookies; debe aceptar la de esta página. No se cambió nada.',
    },
    'unknown-client': {
      title: 'Este no es un enlace de Alexa',
      text: 'Empiece en la app Alexa: abra la skill y elija vincular su cuenta. Si viene de allí, la skill no está bien configurada: su client id no se conoce aquí.',
    },
    'retired-client': {
      title: 'Esta forma de vincular está cerrada',
      text: 'Este servidor todavía atiende los vínculos existentes de este tipo, pero no crea vínculos nuevos. Empiece de nuevo en la app Alexa.',
    },
    'unknown-redirect': {
      title: 'Este no es un enlace de Alexa',
      text: 'Empiece en la app Alexa: abra la skill y elija vincular su cuenta. Si viene de allí, la skill no está bien configurada: su redirect URI no se conoce aquí.',
    },
    malformed: {
      title: 'Esta página no se puede mostrar',
      text: 'La app Alexa no envía solicitudes como esta. Empiece de nuevo allí: abra la skill y elija vincular su cuenta.',
    },
  },
  home: {
    title: ({ skill }) => `Inicio de sesión de ${skill}`,
    what: ({ skill, cloud }) =>
      `Esta dirección pertenece a la skill de Alexa ${skill}. Con ella, Alexa enciende, apaga y atenúa lámparas de ${cloud}.`,
    start:
      'Para conectar sus lámparas, abra la skill en la app Alexa y elija vincular su cuenta. Después la app lo trae aquí.',
    connected: 'Si ya conectó una cuenta, aquí puede ver y cambiar lo siguiente:',
    connections: 'Quién está conectado',
    addresses: 'Quién recibe mensajes',
  },
};

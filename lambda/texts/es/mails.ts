import type { MailTexts } from '../en/mails.ts';

export const mails: MailTexts = {
  confirm: {
    subject: 'Lámparas y Alexa: confirme esta dirección',
    what: ({ skill, account }) =>
      `Alguien le dio esta dirección a la skill de Alexa ${skill}, para recibir mensajes sobre las lámparas de la cuenta ${account}. Esos mensajes dicen qué no funciona y cómo solucionarlo.`,
    ask: 'Si desea recibir estos mensajes, abra esta página y oprima el botón. El enlace funciona durante 24 horas:',
    otherwise: 'Si no los desea, no haga nada.',
  },
  onlyThis: 'Sin su confirmación, a esta dirección solo llega esta pregunta, como máximo tres veces al día.',
  toConnections: 'Vea qué conexiones de Alexa pueden usar la cuenta, y termine una, en esta página:',
  operator: ({ skill, operator }) => `${operator} administra la skill de Alexa ${skill}.`,
  footer: ({ account }) =>
    `Recibe este mensaje porque esta dirección se confirmó para mensajes sobre la cuenta ${account}. Puede detenerlos o cambiarlos en esta página:`,
};

import type { MailTexts } from '../en/mails.ts';

export const mails: MailTexts = {
  confirm: {
    subject: 'Lampes et Alexa : confirmez cette adresse',
    what: ({ skill, account }) =>
      `Quelqu’un a donné cette adresse à la skill Alexa ${skill}, pour recevoir des messages au sujet des lampes du compte ${account}. Un tel message dit ce qui ne fonctionne pas et comment y remédier.`,
    ask: 'Si vous voulez recevoir ces messages, ouvrez cette page et appuyez sur le bouton. Le lien fonctionne pendant 24 heures :',
    otherwise: 'Si vous n’en voulez pas, ne faites rien.',
  },
  onlyThis: 'Sans votre confirmation, seule cette question arrive à cette adresse, au plus trois fois par jour.',
  toConnections:
    'Voyez quelles connexions d’Alexa peuvent utiliser le compte, et mettez fin à l’une d’elles, sur cette page :',
  operator: ({ skill, operator }) => `La skill Alexa ${skill} est gérée par ${operator}.`,
  footer: ({ account }) =>
    `Vous recevez ce message parce que cette adresse a été confirmée pour les messages au sujet du compte ${account}. Vous pouvez les arrêter ou les modifier sur cette page :`,
};

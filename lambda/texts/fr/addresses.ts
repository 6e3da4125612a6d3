import type { AddressTexts } from '../en/addresses.ts';

export const addresses: AddressTexts = {
  question: 'Où devons-nous écrire si une lampe cesse de fonctionner?',
  signInWhy: ({ cloud }) =>
    `Connectez-vous avec votre compte ${cloud}, celui que vous utilisez dans l’application ${cloud}. Vous verrez ensuite quelles adresses reçoivent des messages à son sujet et pourrez les modifier. Cette page ne change rien dans l’application Alexa.`,
  oneMore: 'Vous êtes connecté. Encore une question, puis vous retournez dans l’application Alexa.',
  own: 'Votre adresse courriel',
  helper: 'Quelqu’un qui vous aide (facultatif)',
  continue: 'Continuer',
  skip: 'Continuer sans messages',
  save: 'Enregistrer',
  howRare:
    'Nous écrivons quand quelque chose ne fonctionne pas ou cessera bientôt de fonctionner, et quand cela fonctionne de nouveau. Chaque adresse reçoit d’abord un courriel avec un bouton; aucun autre message n’y arrive avant que quelqu’un ait appuyé dessus. Vous pouvez arrêter les messages à tout moment. Nous conservons les adresses chiffrées et les supprimons quand vous les retirez, ou 90 jours après la fin de la dernière connexion avec Alexa.',
  malformed:
    'L’une de ces adresses n’est pas une adresse courriel à laquelle nous pouvons écrire. Vérifiez-en l’orthographe.',
  about: ({ account }) => `Messages au sujet du compte ${account}.`,
  nobody: 'En ce moment, personne ne reçoit de messages au sujet de ce compte.',
  states: {
    pending: 'Non confirmée. La personne qui la lit doit appuyer sur le bouton du courriel que nous y envoyons.',
    confirmed: ({ since }) => `Les messages arrivent ici. Elle a été confirmée le ${since}.`,
    unsubscribed: ({ since }) =>
      `Aucun message n’arrive ici. Quelqu’un les a arrêtés le ${since}, avec un lien dans un message.`,
    bounced: ({ since }) =>
      `Aucun message n’arrive ici. Un courriel est revenu le ${since}. Vérifiez-en l’orthographe.`,
    complained: ({ since }) =>
      `Aucun message n’arrive ici. Le ${since}, un message y a été marqué comme pourriel; nous n’écrivons donc plus à cette adresse.`,
  },
  writtenIn: ({ language }) => `Langue des messages : ${language}`,
  writeInThis: 'Écrire en français',
  askPending: 'Envoyer le courriel encore une fois',
  askUnsubscribed: 'Écrire ici de nouveau',
  askBounced: 'Essayer encore une fois',
  remove: 'Retirer',
  full: 'Un compte ne peut pas en avoir plus. Retirez-en une pour en ajouter une autre.',
  add: 'Ajoutez une adresse : la vôtre, ou celle de quelqu’un qui vous aide',
  addButton: 'Ajouter',
  toConnections: 'Voir les connexions de ce compte avec Alexa et y mettre fin',
  alreadyThere: 'Cette adresse est déjà dans la liste.',
  removeFirst: 'Retirez une adresse avant d’en ajouter une autre.',
  asked: {
    sent: 'Nous avons envoyé le courriel. La personne qui le lit doit appuyer sur son bouton.',
    'not-sent': 'Le courriel n’est pas encore envoyé. Nous réessayons d’ici une heure ou deux.',
    'too-many': 'Plusieurs courriels de ce type ont été envoyés récemment. Cherchez-les, ou réessayez demain.',
    'not-there': 'Rien n’a été changé.',
  },
  one: {
    title: 'Messages au sujet de vos lampes',
    on: ({ account, address }) => `Les messages au sujet du compte ${account} vont à ${address}.`,
    off: ({ account, address }) => `En ce moment, aucun message au sujet du compte ${account} ne va à ${address}.`,
    stop: 'Arrêter les messages à cette adresse',
    signIn: 'Se connecter pour voir et modifier toutes les adresses',
  },
  confirm: {
    title: 'Confirmez cette adresse',
    ask: ({ account, address }) =>
      `Voulez-vous recevoir des messages au sujet des lampes du compte ${account} à ${address}?`,
    yes: 'Oui, écrivez à cette adresse',
    unknownAccount: 'Si vous ne connaissez pas ce compte, fermez cette page.',
    doneTitle: 'Adresse confirmée',
    done: ({ account, address }) =>
      `Les messages au sujet du compte ${account} vont à ${address}. Vous pouvez fermer cette page.`,
  },
  unsubscribe: {
    title: 'Arrêter les messages',
    ask: ({ account, address }) =>
      `Voulez-vous ne plus recevoir de messages au sujet du compte ${account} à ${address}? Personne ne vous avertira alors à cette adresse quand une lampe cesse de fonctionner.`,
    doneTitle: 'Plus de messages',
    done: 'Plus aucun message ne va à cette adresse. Vous pouvez fermer cette page.',
  },
  refusals: {
    'no-link': {
      title: 'Ce lien n’est pas complet',
      text: 'Ouvrez de nouveau le lien du message, ou copiez-le en entier. Rien n’a été changé.',
    },
    'not-there': {
      title: 'Cette adresse ne reçoit pas de messages',
      text: 'Elle a été retirée, ou ses messages ont été arrêtés. Quiconque peut se connecter au compte peut l’ajouter de nouveau.',
    },
    'too-old': {
      title: 'Ce lien est trop ancien',
      text: 'Il ne fonctionne que 24 heures. Quiconque peut se connecter au compte peut faire envoyer un autre courriel. Rien n’a été changé.',
    },
    'form-too-old': {
      title: 'Cette page est restée ouverte trop longtemps',
      text: 'Veuillez vous connecter de nouveau. Rien n’a été changé.',
    },
    'other-browser': {
      title: 'Cette page a été ouverte ailleurs',
      text: 'Veuillez vous connecter de nouveau. Si vous voyez cette page de nouveau, votre navigateur n’accepte pas les témoins (cookies); il doit accepter celui de cette page. Rien n’a été changé.',
    },
    malformed: {
      title: 'Cette page ne peut pas être affichée',
      text: 'Veuillez vous connecter de nouveau. Rien n’a été changé.',
    },
    nobody: {
      title: 'Personne ne reçoit de messages au sujet de ce compte',
      text: 'Aucune adresse de ce compte n’est confirmée; un nouveau lien ne peut donc être envoyé à personne. Connectez-vous plutôt ici. Vous pourrez aussi ajouter une adresse.',
    },
    'no-mail': {
      title: 'Cette skill ne peut pas vous écrire',
      text: 'La personne qui gère cette skill n’a pas configuré d’expéditeur de courriels. Les messages au sujet de vos lampes lui parviennent donc, et non à vous.',
    },
  },
};

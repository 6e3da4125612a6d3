import type { PageTexts } from '../en/pages.ts';

export const pages: PageTexts = {
  skill: ({ skill }) => `Skill Alexa ${skill}`,
  operator: ({ operator }) => `Cette skill est gérée par ${operator}.`,
  privacy: 'Confidentialité',
  otherLanguages: 'Autres langues',
  problem: ({ title }) => `Problème : ${title}`,
  attempt: ({ attempt }) => `Tentative ${attempt}. Si vous avez besoin d’aide, mentionnez ce numéro.`,
  failure: {
    title: 'Veuillez réessayer plus tard',
    text: 'Quelque chose de notre côté ne fonctionne pas en ce moment. Cela n’a rien à voir avec votre compte ni avec votre mot de passe, et vos lampes n’ont pas été modifiées. Veuillez revenir en arrière et réessayer dans quelques minutes.',
  },
  refusals: {
    'too-old': {
      title: 'Cette page est trop ancienne',
      text: 'Recommencez dans l’application Alexa : ouvrez la skill et choisissez d’associer votre compte. Rien n’a été changé.',
    },
    'other-browser': {
      title: 'Cette page a été ouverte ailleurs',
      text: 'Recommencez dans l’application Alexa : ouvrez la skill et choisissez d’associer votre compte. Si vous voyez cette page de nouveau, votre navigateur n’accepte pas les témoins (cookies); il doit accepter celui de cette page. Rien n’a été changé.',
    },
    'unknown-client': {
      title: 'Ce lien ne vient pas d’Alexa',
      text: 'Commencez dans l’application Alexa : ouvrez la skill et choisissez d’associer votre compte. Si vous en venez, la skill n’est pas bien configurée : son client id est inconnu ici.',
    },
    'retired-client': {
      title: 'Cette façon d’associer est fermée',
      text: 'Ce serveur sert encore les associations existantes de ce type, mais n’en crée plus de nouvelles. Recommencez dans l’application Alexa.',
    },
    'unknown-redirect': {
      title: 'Ce lien ne vient pas d’Alexa',
      text: 'Commencez dans l’application Alexa : ouvrez la skill et choisissez d’associer votre compte. Si vous en venez, la skill n’est pas bien configurée : son redirect URI est inconnu ici.',
    },
    malformed: {
      title: 'Cette page ne peut pas être affichée',
      text: 'L’application Alexa n’envoie pas une telle demande. Recommencez là-bas : ouvrez la skill et choisissez d’associer votre compte.',
    },
  },
  home: {
    title: ({ skill }) => `Connexion pour ${skill}`,
    what: ({ skill, cloud }) =>
      `Cette adresse appartient à la skill Alexa ${skill}. Avec elle, Alexa allume, éteint et tamise des lampes de ${cloud}.`,
    start:
      'Pour connecter vos lampes, ouvrez la skill dans l’application Alexa et choisissez d’associer votre compte. L’application vous mène ensuite ici.',
    connected: 'Si vous avez connecté un compte, vous pouvez voir et modifier ceci ici :',
    connections: 'Qui est connecté',
    addresses: 'Qui reçoit des messages',
  },
};

import type { ReauthTexts } from '../en/reauth.ts';

export const reauth: ReauthTexts = {
  title: ({ cloud }) => `Connectez-vous de nouveau à ${cloud}`,
  why: ({ cloud, account }) =>
    `La liaison entre cette skill et le compte ${cloud} ${account} demande une connexion. Connectez-vous avec ce compte, celui que vous utilisez dans l’application ${cloud}, ou avec un autre utilisateur qui voit toutes ses lampes. Ce n’est pas votre compte Amazon. Cette page ne change rien dans l’application Alexa.`,
  done: {
    title: 'C’est fait',
    text: ({ cloud }) => `C’est fait. Cette skill est de nouveau connectée à ${cloud}. Dites quelque chose à Alexa.`,
    asOtherUser:
      'Désormais, elle utilise l’utilisateur avec lequel vous venez de vous connecter. Les lampes, les groupes et les routines de l’application Alexa restent tels quels. Pour changer où vont les messages ou qui est connecté, connectez-vous avec le compte qui a été associé en premier.',
    connectHere:
      'Si Alexa dit que votre compte n’est pas associé, connectez Alexa ici, ou ouvrez cette skill dans l’application Alexa et associez le compte de nouveau.',
    connect: 'Connecter Alexa de nouveau',
  },
  waiting: {
    title: 'La skill réessaie d’elle-même',
    text: ({ cloud }) =>
      `${cloud} a mis fin à l’accès de cette skill, et les dernières connexions n’ont rien donné. En ce moment, les lampes ne réagissent pas à Alexa.`,
    until: ({ time }) =>
      `Cette skill se reconnecte d’elle-même, pas avant ${time}. Personne n’a besoin de se connecter ici.`,
    withNext: 'Cette skill se reconnecte d’elle-même à la prochaine commande. Personne n’a besoin de se connecter ici.',
  },
  signedIn: {
    title: 'Personne n’a besoin de se connecter',
    text: ({ cloud }) => `Cette skill est connectée à ${cloud}. Personne n’a besoin de se connecter ici.`,
  },
  noMoreLinks: {
    title: 'Pas d’autre lien pour le moment',
    text: 'Plusieurs nouveaux liens ont été envoyés récemment; cette page n’en envoie donc pas d’autre pendant quelques jours. Utilisez le plus récent. S’il ne fonctionne pas non plus, désactivez la skill une fois dans l’application Alexa, activez-la de nouveau et connectez-vous là-bas.',
  },
  linkSent: {
    title: 'Un nouveau lien est en route',
    text: 'Il arrive de la même façon que le précédent. Attendez quelques minutes, et une heure avant d’en demander un autre.',
  },
  sendLink: 'M’envoyer un nouveau lien',
  refusals: {
    'no-link': {
      title: 'Ce lien n’est pas complet',
      text: 'Ouvrez de nouveau le lien du message, ou copiez-le en entier. Rien n’a été changé.',
    },
    used: {
      title: 'Ce lien a déjà été utilisé',
      text: 'Quelqu’un s’est connecté avec ce lien. Si les lampes ne réagissent pas à Alexa, cherchez un message plus récent et utilisez son lien.',
    },
    'too-old': {
      title: 'Ce lien est trop ancien',
      text: 'Un lien ne fonctionne que quelques jours. Le bouton en envoie un nouveau, de la même façon que le dernier.',
    },
    'form-too-old': {
      title: 'Cette page est restée ouverte trop longtemps',
      text: 'Ouvrez de nouveau le lien du message. Rien n’a été changé.',
    },
    'other-browser': {
      title: 'Cette page a été ouverte ailleurs',
      text: 'Ouvrez de nouveau le lien du message. Si vous voyez cette page de nouveau, votre navigateur n’accepte pas les témoins (cookies); il doit accepter celui de cette page. Rien n’a été changé.',
    },
    malformed: {
      title: 'Cette page ne peut pas être affichée',
      text: 'Ouvrez de nouveau le lien du message. Rien n’a été changé.',
    },
  },
};

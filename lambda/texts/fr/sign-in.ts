import type { SignInTexts } from '../en/sign-in.ts';
import { pluralOf } from '../plural.ts';

const plural = pluralOf('fr');

export const signIn: SignInTexts = {
  link: {
    title: 'Connectez vos lampes à Alexa',
    why: ({ cloud }) =>
      `Vos gradateurs et vos prises sont dans votre compte ${cloud}, celui que vous utilisez dans l’application ${cloud}. Connectez-vous avec ce compte pour qu’Alexa puisse les allumer, les éteindre et les tamiser pour vous. Ce n’est pas votre compte Amazon.`,
    submit: 'Se connecter et associer',
    cancel: 'Ne pas associer',
  },
  submit: 'Se connecter',
  email: ({ cloud }) => `Adresse courriel de votre compte ${cloud}`,
  password: 'Mot de passe',
  forgotPassword: ({ cloud }) => `Mot de passe ${cloud} oublié?`,
  keepBox: 'Garder ma lampe connectée',
  keep: ({ cloud }) =>
    `Recommandé. Si vous cochez cette case, nous conservons votre mot de passe, chiffré, et l’utilisons seulement pour rester connectés à ${cloud}.`,
  keepNot: 'Sinon, nous ne le conservons pas.',
  keepOther:
    'Si une autre personne qui utilise ce compte a coché cette case, nous conservons le mot de passe pour elle.',
  endKnown: ({ cloud, days, day }) =>
    `${cloud} met alors habituellement fin à notre accès après ${days} jours, et vous devrez vous connecter de nouveau vers le ${day}.`,
  endUnknown: ({ cloud }) => `Quand ${cloud} mettra fin à notre accès, vous devrez vous connecter de nouveau.`,
  whatIsKept:
    'Nous conservons aussi votre adresse courriel sous une forme abrégée, la liste des lampes qu’Alexa peut commander et leur intensité. Vous pouvez y mettre fin à tout moment : désactivez la skill dans l’application Alexa. Nous supprimons votre mot de passe quand plus personne n’est connecté avec ce compte.',
  signInEnds: ({ days }) => `La connexion prend fin d’elle-même dans un délai de ${days} jours.`,
  code: {
    title: 'Encore une étape',
    why: ({ cloud }) =>
      `Votre compte ${cloud} demande aussi un code. ${cloud} vient de vous en envoyer un, ou votre application de codes l’affiche.`,
    label: 'Code de vérification',
    noPassword:
      'Vous seul pouvez obtenir un tel code; nous ne pourrons donc pas nous connecter pour vous plus tard. C’est pourquoi nous ne conservons pas votre mot de passe, même si vous avez coché la case.',
    endKnown: ({ cloud, days, day }) =>
      `${cloud} met habituellement fin à notre accès après ${days} jours : vers le ${day}, vous devrez vous connecter de nouveau.`,
    secondUser: ({ cloud, box }) =>
      `Vous pouvez l’éviter : invitez à votre résidence un deuxième utilisateur sans vérification en deux étapes, si ${cloud} le permet. Connectez-vous ici avec cet utilisateur et cochez « ${box} ». Les lampes, les groupes et les routines restent tels quels.`,
  },
  waitMinutes: ({ minutes }) =>
    plural(minutes, {
      one: 'Veuillez réessayer dans une minute.',
      other: `Veuillez réessayer dans ${minutes} minutes.`,
    }),
  problems: {
    incomplete: 'Veuillez entrer votre adresse courriel et votre mot de passe.',
    'wrong-password': ({ cloud }) =>
      `${cloud} ne reconnaît pas cette adresse courriel avec ce mot de passe. Vérifiez les deux; les majuscules comptent dans le mot de passe.`,
    'code-missing': 'Veuillez entrer le code.',
    'wrong-code': ({ cloud }) => `${cloud} n’a pas accepté ce code. Utilisez le plus récent que vous avez reçu.`,
    'code-too-late': 'Le code a pris trop de temps. Veuillez recommencer avec votre mot de passe.',
    'other-account': ({ cloud }) =>
      `C’est un autre compte ${cloud} que celui de vos lampes. Connectez-vous avec celui de vos lampes.`,
    'fewer-lamps': ({ cloud, lamps }) =>
      `Cet utilisateur de ${cloud} ne voit pas toutes les lampes du compte. Il voit : ${lamps}. Invitez-le à toutes les résidences dans l’application ${cloud}, ou connectez-vous avec le compte de vos lampes.`,
    'not-connected': ({ cloud }) =>
      `Ce compte ${cloud} n’est pas associé à cette skill; il n’y a donc pas de messages à son sujet. Associez-le d’abord dans l’application Alexa.`,
    locked: ({ cloud }) =>
      `${cloud} a verrouillé ce compte pour un certain temps. Cela arrive habituellement après trop de tentatives de connexion échouées. Attendez une heure avant de réessayer. Si l’application ${cloud} fonctionne alors, cette page fonctionnera aussi.`,
    'too-many-attempts': ({ cloud }) =>
      `Il y a eu trop de tentatives en peu de temps. Cette page attend, pour que ${cloud} ne verrouille pas le compte.`,
    'cloud-busy': ({ cloud }) =>
      `${cloud} est trop occupé pour répondre. Cela n’a rien à voir avec votre compte ni avec votre mot de passe. Veuillez réessayer dans quelques minutes.`,
    'cloud-down': ({ cloud }) =>
      `${cloud} ne répond pas en ce moment. Cela n’a rien à voir avec votre compte ni avec votre mot de passe. Veuillez réessayer dans quelques minutes.`,
  },
};

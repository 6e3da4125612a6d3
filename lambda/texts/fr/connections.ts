import type { ConnectionTexts } from '../en/connections.ts';
import { pluralOf } from '../plural.ts';

const plural = pluralOf('fr');

export const connections: ConnectionTexts = {
  title: 'Qui est connecté',
  signInWhy: ({ cloud }) =>
    `Connectez-vous avec votre compte ${cloud}, celui que vous utilisez dans l’application ${cloud}. Vous verrez ensuite quelles connexions Alexa peuvent l’utiliser et pourrez y mettre fin. Cette page ne change rien dans l’application Alexa.`,
  connectedSince: ({ since }) => `Connectée depuis le ${since}.`,
  begun: ({ since }) => `Commencée le ${since}, et non terminée.`,
  useUnknown: 'On ne sait pas quand Alexa l’a utilisée pour la dernière fois.',
  lastUsed: ({ day }) => `Alexa l’a utilisée pour la dernière fois le ${day} (UTC).`,
  superseded: 'Le même compte Amazon a fait une connexion plus récente.',
  disconnect: 'Déconnecter',
  keepOnly: 'Garder celle-ci et déconnecter toutes les autres',
  none: ({ account }) => `Le compte ${account} n’a aucune connexion avec Alexa.`,
  some: ({ count, account }) =>
    plural(count, {
      one: `Une connexion Alexa peut utiliser le compte ${account}.`,
      other: `${count} connexions Alexa peuvent utiliser le compte ${account}.`,
    }),
  unknownWhose:
    'On ne sait pas ici à quel compte Amazon appartient une connexion. Une personne qui associe son compte de nouveau peut aussi avoir une connexion plus ancienne.',
  nothingEnded: 'Rien n’a été changé : cette connexion n’existe plus.',
  endedNow: ({ count }) =>
    plural(count, {
      one: 'Une connexion a pris fin. Elle n’a plus accès.',
      other: `${count} connexions ont pris fin. Elles n’ont plus accès.`,
    }),
  endedLater: ({ count }) =>
    plural(count, {
      one: 'Une connexion a pris fin. Son accès peut durer jusqu’à 65 minutes.',
      other: `${count} connexions ont pris fin. Leur accès peut durer jusqu’à 65 minutes.`,
    }),
  changePassword: ({ cloud }) =>
    `Quelqu’un d’autre connaît-il le mot de passe de ce compte? Changez-le alors d’abord dans l’application ${cloud}. Quiconque le connaît peut se connecter de nouveau.`,
  changedMeanwhile: 'Les connexions ont changé entre-temps. Regardez la liste encore une fois. Rien n’a été effacé.',
  stays:
    'Un nouveau mot de passe ne met pas fin à une connexion. Si l’une d’elles n’est pas la vôtre, déconnectez-la ici.',
  others: {
    title: 'Qui d’autre est connecté',
    some: ({ count, account }) =>
      plural(count, {
        one: `Une autre connexion Alexa peut utiliser le compte ${account}.`,
        other: `${count} autres connexions Alexa peuvent utiliser le compte ${account}.`,
      }),
    end: ({ count }) => plural(count, { one: 'La déconnecter et continuer', other: 'Les déconnecter et continuer' }),
    keep: ({ count }) => plural(count, { one: 'La garder et continuer', other: 'Les garder et continuer' }),
  },
  erase: {
    title: 'Tout effacer',
    what: 'Cela met fin à toutes les connexions et supprime ce que cette skill conserve au sujet du compte. C’est aussi supprimé automatiquement, 90 jours après la fin de la dernière connexion.',
    button: 'Tout effacer',
    askTitle: 'Tout effacer?',
    ask: ({ account }) => `Cela met fin à toutes les connexions Alexa du compte ${account}. C’est irréversible.`,
    deleted: ({ cloud }) =>
      `Sont supprimés : le mot de passe, la session chez ${cloud}, les adresses courriel pour les messages, les permissions d’informer Alexa, la liste des lampes et les messages.`,
    now: 'Tout effacer maintenant',
    back: 'Revenir',
    stays: ({ cloud }) =>
      `Ce qui reste : quand chaque connexion a été faite, utilisée pour la dernière fois et terminée, et le numéro que ${cloud} donne au compte. C’est ainsi qu’Alexa apprend qu’une connexion a pris fin. Une empreinte du numéro qu’Amazon donne à chaque compte Amazon pour cette skill reste aussi.`,
    backups:
      'Les copies de sauvegarde de la base de données conservent ce qui a été supprimé jusqu’à 35 jours. Les journaux nomment le compte par son numéro, et parfois par son adresse courriel abrégée, habituellement pendant 30 jours. Les messages envoyés restent là où ils sont arrivés.',
    appMayShow: 'L’application Alexa peut continuer d’afficher les lampes. Vous pouvez les y retirer.',
    doneTitle: 'Effacé',
    doneNow:
      'Toutes les connexions ont pris fin, et ce que cette skill conservait au sujet du compte a été supprimé. Elles n’ont plus accès.',
    doneLater: ({ cloud }) =>
      `Toutes les connexions ont pris fin, et ce que cette skill conservait au sujet du compte a été supprimé. ${cloud} n’a pas confirmé la fin de notre session; leur accès peut donc durer jusqu’à 65 minutes.`,
    doneBackups:
      'Les copies de sauvegarde de la base de données le conservent jusqu’à 35 jours. Vous pouvez fermer cette page.',
  },
  signIn: 'Se connecter',
  refusals: {
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
  },
};

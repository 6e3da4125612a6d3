import type { AlexaPageTexts } from '../en/alexa-page.ts';

export const alexaPage: AlexaPageTexts = {
  title: 'Connecter Alexa de nouveau',
  why: ({ cloud, account }) =>
    `Ici, vous pouvez connecter Alexa de nouveau au compte ${cloud} ${account}, sans l’application Alexa. Connectez-vous d’abord avec ce compte; ce n’est pas votre compte Amazon. Amazon vous demande ensuite de l’autoriser.`,
  steps: {
    title: 'Connectez Alexa dans l’application Alexa',
    text: 'Cette page ne peut pas connecter Alexa d’elle-même. Dans l’application Alexa, cela prend une minute :',
    open: 'Ouvrez l’application Alexa avec le compte Amazon de l’Echo qui est près de la lampe.',
    find: ({ skill }) =>
      `Touchez Plus, puis Skills et jeux, et cherchez ${skill}. Une skill en cours de développement se trouve sous Vos skills, puis Dev.`,
    enable:
      'Si la skill affiche Désactiver la skill, touchez d’abord cette option. Touchez ensuite Activer pour utiliser.',
    signIn: 'Connectez-vous sur la page qui s’ouvre.',
  },
  watchBox: 'M’avertir si Alexa se dissocie',
  watch:
    'Si vous cochez cette case, cette skill demande à Amazon une fois par jour si Alexa est encore connectée, et envoie un message si elle ne l’est plus. Pour cela, nous conservons la permission d’Amazon, chiffrée. Cette permission pourrait aussi activer ou désactiver cette skill dans votre Alexa; nous l’utilisons seulement pour la question. Elle prend fin quand vous désactivez la skill.',
  inDevelopment:
    'Cette skill est en cours de développement. Amazon ne la permet qu’aux comptes Amazon de son développeur et des bêta-testeurs.',
  atAmazon:
    'Sur la page suivante, connectez-vous avec le compte Amazon de l’Echo qui est près de la lampe, et touchez Autoriser.',
  login: 'Se connecter avec Amazon',
  consent: {
    title: 'Autorisez-le maintenant chez Amazon',
    text: ({ cloud, account }) =>
      `Vous êtes connecté au compte ${cloud} ${account}. La dernière étape se passe chez Amazon : elle connecte Alexa à ce compte.`,
    elsewhere: 'L’Echo est-il ailleurs?',
    invite:
      'Vous pouvez créer un lien pour la personne qui vit avec lui. Il ne fait que cette dernière étape, fonctionne une seule fois et prend fin après 24 heures. Quiconque l’ouvre peut connecter son Alexa aux lampes de ce compte; envoyez-le donc seulement à cette personne. Un message vous dira quand il aura été utilisé.',
    makeLink: 'Créer un lien à envoyer',
  },
  ready: {
    title: 'Connectez votre Alexa',
    text: ({ cloud, account }) =>
      `Quelqu’un qui s’est connecté au compte ${cloud} ${account} a créé ce lien pour vous. Avec lui, vous connectez votre Alexa aux lampes de ce compte. Continuez seulement si vous savez qui vous a envoyé le lien.`,
  },
  readyLink: {
    title: 'Votre lien à envoyer',
    text: ({ until }) =>
      `Copiez ce lien et envoyez-le à la personne qui est près de l’Echo. Il fonctionne une seule fois, jusqu’au ${until}. Ne l’envoyez à personne d’autre.`,
    here: 'Connecter plutôt une Alexa ici',
  },
  connected: {
    title: 'C’est fait',
    text: ({ cloud, account }) => `Amazon a connecté Alexa au compte ${cloud} ${account}.`,
    tryIt: 'Essayez-le maintenant. Dites :',
    sayLamp: ({ lamp }) => `Alexa, allume ${lamp}.`,
    sayAny: 'Alexa, allume la lampe.',
    watches:
      'Cette skill demande à Amazon une fois par jour si Alexa est encore connectée, et envoie un message si elle ne l’est plus.',
    close: 'Vous pouvez fermer cette page.',
  },
  again: 'Réessayer',
  replace: 'Remplacer la connexion',
  disabled:
    'Entre-temps, Alexa a désactivé cette skill, et elle l’est peut-être encore. Réessayez maintenant, ou activez la skill dans l’application Alexa.',
  notConnected: {
    denied: {
      title: 'Vous avez dit non chez Amazon',
      text: 'Rien n’a été changé. Si c’était une erreur, réessayez.',
    },
    'amazon-unavailable': {
      title: 'La connexion d’Amazon ne fonctionne pas en ce moment',
      text: 'Amazon le dit lui-même, et rien n’a été changé. Veuillez réessayer dans quelques minutes.',
    },
    'request-refused': {
      title: 'Amazon n’accepte pas cette skill',
      text: 'Amazon n’accepte pas ce que cette skill a demandé. Ce n’est pas votre faute : la skill n’est pas bien configurée, et la personne qui la gère doit corriger cela. D’ici là, le chemin par l’application Alexa peut fonctionner :',
    },
    'consent-ended': {
      title: 'Amazon a encore besoin de votre autorisation',
      text: 'L’autorisation qu’Amazon vient de donner n’est plus valide. Cela arrive quand cette page est ouverte deux fois, ou après quelques minutes.',
    },
    'not-permitted': {
      title: 'Amazon ne permet pas la skill à ce compte Amazon',
      text: 'Amazon refuse cette skill pour ce compte Amazon. Une skill en cours de développement ne fonctionne que pour les comptes Amazon de son développeur et des bêta-testeurs. Si ce n’est pas la raison, la skill n’est pas bien configurée, et la personne qui la gère doit corriger cela. Le chemin par l’application Alexa peut fonctionner :',
    },
    'link-refused': {
      title: 'Amazon n’a pas pu connecter Alexa',
      text: 'Amazon a tenté de connecter Alexa sans y parvenir. Ce n’est pas votre faute. Vous pouvez réessayer, ou le faire dans l’application Alexa :',
    },
    'linked-before': {
      title: 'Amazon dit qu’Alexa est déjà connectée',
      text: 'Amazon dit qu’Alexa a déjà cette skill connectée, pour le compte Amazon que vous avez utilisé. Rien n’a donc été changé. Si c’est le compte Amazon de l’Echo qui est près de la lampe, et que la lampe ne réagit pas à Alexa, vous pouvez remplacer cette connexion. Elle appartient peut-être à un autre compte de lampes, qu’Alexa ne commandera alors plus.',
    },
    busy: {
      title: 'Amazon est trop occupé',
      text: 'Amazon n’a pas répondu comme il le devrait. Veuillez réessayer dans quelques minutes.',
    },
    unknown: {
      title: 'Nous ne le savons pas encore',
      text: 'Amazon n’a pas dit si Alexa est maintenant connectée. Dites quelque chose à Alexa dans une minute. Si elle ne commande pas la lampe, réessayez.',
    },
  },
  sendLink: 'M’envoyer un nouveau lien',
  refusals: {
    'no-link': {
      title: 'Ce lien n’est pas complet',
      text: 'Ouvrez de nouveau le lien du message, ou copiez-le en entier. Rien n’a été changé.',
    },
    used: {
      title: 'Ce lien a déjà été utilisé',
      text: 'Quelqu’un a connecté Alexa avec ce lien. Si la lampe ne réagit pas à Alexa, cherchez un message plus récent et utilisez son lien.',
    },
    closed: {
      title: 'Ce message n’est plus ouvert',
      text: 'Aucun nouveau lien n’a donc été envoyé. Si la lampe ne réagit pas à Alexa, cherchez un message plus récent, ou activez de nouveau la skill dans l’application Alexa.',
    },
    'link-too-old': {
      title: 'Ce lien est trop ancien',
      text: 'Un lien ne fonctionne que quelques jours. Le bouton en envoie un nouveau, de la même façon que le dernier.',
    },
    'ready-used': {
      title: 'Ce lien a déjà été utilisé',
      text: 'Quelqu’un a connecté une Alexa avec ce lien, ou est en train de le faire. Il fonctionne une seule fois. Demandez-en un autre à la personne qui l’a envoyé.',
    },
    'ready-too-old': {
      title: 'Ce lien est trop ancien',
      text: 'Il a fonctionné pendant 24 heures. Demandez-en un autre à la personne qui l’a envoyé. Rien n’a été changé.',
    },
    'too-long-ago': {
      title: 'Cela a pris trop de temps',
      text: 'Par sécurité, cette page attend dix minutes au plus. Ouvrez de nouveau le lien qui vous a mené ici. Rien n’a été changé.',
    },
    'other-browser': {
      title: 'Cette page appartient à un autre navigateur',
      text: 'Ouvrez de nouveau le lien qui vous a mené ici, et restez dans un seul navigateur. Si vous voyez cette page de nouveau, votre navigateur n’accepte pas les témoins (cookies); il doit accepter celui de cette page. Rien n’a été changé.',
    },
    malformed: {
      title: 'Cette page ne peut pas être affichée',
      text: 'Ouvrez de nouveau le lien qui vous a mené ici. Rien n’a été changé.',
    },
    'too-many': {
      title: 'Trop de tentatives',
      text: 'Pour un compte, cette page mène à Amazon cinq fois par heure au plus. Veuillez réessayer dans une heure. Rien n’a été changé.',
    },
  },
};

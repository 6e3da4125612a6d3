import type { NoticeTexts } from '../en/notices.ts';
import type { NoticeValues } from '../values.ts';

type Named = Pick<NoticeValues, 'account'>;
const the = ({ account }: Named): string => (account ? `le compte ${account}` : 'votre compte');
const ofThe = ({ account }: Named): string => (account ? `du compte ${account}` : 'de votre compte');
const toThe = ({ account }: Named): string => (account ? `au compte ${account}` : 'à votre compte');

const WIFI_BAND = 'De telles prises ne reconnaissent habituellement que le Wi-Fi à 2,4 GHz.';

export const notices: NoticeTexts = {
  solved: {
    subject: 'Lampes et Alexa : un problème est réglé',
    nothingElse: 'Rien d’autre n’est à faire pour ce problème.',
  },
  unreadableName: 'dont le nom ne peut pas être affiché',
  reachableUntil: ({ day }) => `Cette skill peut joindre les lampes jusqu’au ${day}.`,
  notReacting: 'En ce moment, les lampes ne réagissent pas à Alexa.',
  signedInAgain: (v) => `Cette skill est de nouveau connectée à ${v.cloud} pour ${the(v)}.`,
  askToSignIn: ({ cloud }) => `Connectez-vous une fois à ${cloud} sur cette page :`,
  signInLink: ({ day }) =>
    `Le lien fonctionne une seule fois, jusqu’au ${day}. Ne le donnez à personne à qui vous ne donneriez pas le mot de passe.`,
  secondUser: ({ cloud, box }) =>
    `Pour éviter cela : invitez à votre résidence un deuxième utilisateur de ${cloud} sans vérification en deux étapes, si ${cloud} le permet. Connectez-vous sur cette page avec cet utilisateur et cochez « ${box} ».`,
  withoutLink:
    'Ce message n’a pas de lien vers une page de connexion, parce que la skill ne connaît pas sa propre adresse. La personne qui gère la skill doit mettre dans PUBLIC_URLS l’adresse de son association de comptes (l’hôte de Web Authorization URI dans la console des développeurs Alexa). Un message avec le lien suivra.',
  askToLink: ({ cloud }) =>
    `Associez Alexa de nouveau sur cette page. Elle vous demande de vous connecter à ${cloud}, puis à Amazon en tant que propriétaire de l’Echo.`,
  askToLinkIfSilent: ({ cloud }) =>
    `Sinon, associez Alexa de nouveau sur cette page. Elle vous demande de vous connecter à ${cloud}, puis à Amazon en tant que propriétaire de l’Echo.`,
  linkInApp: 'Sinon, associez Alexa de nouveau.',
  alexaLink: ({ day }) =>
    `Le lien fonctionne jusqu’au ${day}. Les groupes et les routines de l’application Alexa restent tels quels.`,
  causes: {
    'password-changed': {
      subject: ({ cloud }) => `Lampes et Alexa : ${cloud} n’accepte pas le mot de passe`,
      what: (v) =>
        `Cette skill ne peut plus se connecter à ${v.cloud} pour ${the(v)}. ${v.cloud} n’a pas accepté le mot de passe que cette skill conservait; d’habitude, c’est que quelqu’un l’a changé là-bas.`,
    },
    'code-needed': {
      subject: ({ cloud }) => `Lampes et Alexa : ${cloud} demande un code`,
      what: (v) =>
        `Cette skill ne peut plus se connecter à ${v.cloud} pour ${the(v)} sans un code de vérification en deux étapes. Vous seul pouvez obtenir ce code.`,
    },
    'two-step-account': {
      subject: ({ cloud }) => `Lampes et Alexa : connectez-vous de nouveau à ${cloud}`,
      what: (v) =>
        `${v.cloud} a mis fin à l’accès de cette skill ${toThe(v)}. Pour s’y connecter, il faut un code de vérification en deux étapes que vous seul pouvez obtenir; cette skill ne peut donc pas se connecter d’elle-même.`,
    },
    locked: {
      subject: ({ cloud }) => `Lampes et Alexa : ${cloud} a verrouillé le compte`,
      what: (v) =>
        `${v.cloud} a verrouillé ${the(v)} pour un certain temps, comme après des tentatives de connexion échouées.`,
      remedy:
        'Cette skill réessaie d’elle-même après une heure. Rien n’est à faire, sauf si le verrouillage dure jusqu’à demain.',
      askToSignIn: ({ cloud }) => `Si c’est le cas, connectez-vous une fois à ${cloud} sur cette page :`,
      remedyTooLong:
        'Cette skill réessaie d’elle-même une fois par jour, mais le verrouillage dure depuis trop longtemps.',
    },
    'credentials-not-kept': {
      subject: ({ cloud }) => `Lampes et Alexa : connectez-vous de nouveau à ${cloud}`,
      what: (v) =>
        `${v.cloud} a mis fin à l’accès de cette skill ${toThe(v)}. Cette skill n’a pas de mot de passe pour ce compte; elle ne peut donc pas se connecter d’elle-même.`,
    },
    'session-ends': {
      subject: ({ cloud, mattersBy }) =>
        mattersBy
          ? `Lampes et Alexa : connectez-vous à ${cloud} avant le ${mattersBy}`
          : `Lampes et Alexa : connectez-vous bientôt à ${cloud}`,
      what: (v) =>
        v.mattersBy
          ? `${v.cloud} met fin à l’accès de cette skill ${toThe(v)} le ${v.mattersBy}. Cette skill ne peut pas le renouveler sans vous.`
          : `${v.cloud} met bientôt fin à l’accès de cette skill ${toThe(v)}. Cette skill ne peut pas le renouveler sans vous.`,
    },
    'grant-revoked': {
      subject: 'Lampes et Alexa : l’application Alexa n’apprend plus les changements',
      what: ({ account }) =>
        account
          ? `Amazon a retiré à cette skill la permission d’informer l’application Alexa pour le compte ${account}. L’application montre d’anciens états.`
          : 'Amazon a retiré à cette skill la permission d’informer l’application Alexa. L’application montre d’anciens états.',
      resolved: ({ account }) =>
        account
          ? `Cette skill peut de nouveau signaler les changements à l’application Alexa pour le compte ${account}.`
          : 'Cette skill peut de nouveau signaler les changements à l’application Alexa.',
    },
    'alexa-let-go': {
      subject: 'Lampes et Alexa : Alexa n’est plus associée à cette skill',
      what: (v) => `Alexa n’est plus associée à cette skill; elle ne peut donc pas commander les lampes ${ofThe(v)}.`,
    },
    'alexa-silent': {
      subject: 'Lampes et Alexa : Alexa vous répond-elle encore?',
      what: (v) =>
        v.silentSince
          ? `Quelqu’un a utilisé à la main les prises ${ofThe(v)} pendant plusieurs jours. Nous n’avons pas vu Alexa utiliser son association avec cette skill depuis le ${v.silentSince}. Nous ne savons pas s’il y a un problème.`
          : `Quelqu’un a utilisé à la main les prises ${ofThe(v)} pendant plusieurs jours. Nous n’avons pas vu Alexa utiliser son association avec cette skill depuis qu’elle a été faite. Nous ne savons pas s’il y a un problème.`,
      remedy: 'Demandez à Alexa d’allumer ou d’éteindre une lampe. Si la lampe obéit, rien n’est à faire.',
    },
    'wrong-stage': {
      subject: 'Lampes et Alexa : l’association vient d’une autre étape de la skill',
      what: ({ account }) =>
        account
          ? `Le service d’événements d’Alexa ne connaît pas cette skill pour le compte ${account} (SKILL_NOT_FOUND). L’association a été faite avec une autre étape de la skill, en développement ou publiée.`
          : 'Le service d’événements d’Alexa ne connaît pas cette skill (SKILL_NOT_FOUND). L’association a été faite avec une autre étape de la skill, en développement ou publiée.',
      resolved: ({ account }) =>
        account
          ? `Le service d’événements d’Alexa accepte de nouveau les événements pour le compte ${account}.`
          : 'Le service d’événements d’Alexa accepte de nouveau les événements.',
    },
    'plug-offline': {
      subject: 'Lampes et Alexa : une prise est hors ligne',
      what: (v) =>
        v.offlineSince
          ? `Cette skill n’a pas vu la prise ${v.name} ${ofThe(v)} connectée à ${v.cloud} depuis le ${v.offlineSince}.`
          : `Cette skill n’a pas vu la prise ${v.name} ${ofThe(v)} connectée à ${v.cloud}.`,
      othersConnected: 'D’autres prises du compte sont connectées.',
      remedyPower: 'Vérifiez que la prise est alimentée. Si elle l’est, débranchez-la et rebranchez-la.',
      remedyInternet: ({ cloud }) =>
        `Vérifiez que la prise est alimentée et que l’internet de la maison fonctionne. Si le Wi-Fi a un nouveau nom ou un nouveau mot de passe, configurez de nouveau la prise dans l’application ${cloud}. ${WIFI_BAND}`,
      resolved: (v) => `La prise ${v.name} ${ofThe(v)} est de nouveau connectée.`,
    },
    'plugs-offline': {
      subjectSome: 'Lampes et Alexa : plusieurs prises sont hors ligne',
      subjectAll: 'Lampes et Alexa : toutes les prises sont hors ligne',
      whatSome: (v) =>
        v.offlineSince
          ? `Cette skill n’a pas vu ${v.plugs} prises ${ofThe(v)} connectées à ${v.cloud} depuis le ${v.offlineSince}. D’autres prises du compte sont connectées.`
          : `Cette skill n’a pas vu ${v.plugs} prises ${ofThe(v)} connectées à ${v.cloud}. D’autres prises du compte sont connectées.`,
      whatAll: (v) =>
        v.offlineSince
          ? `Cette skill n’a vu aucune des ${v.plugs} prises ${ofThe(v)} connectée à ${v.cloud} depuis le ${v.offlineSince}. Nous ne savons pas pourquoi.`
          : `Cette skill n’a vu aucune des ${v.plugs} prises ${ofThe(v)} connectée à ${v.cloud}. Nous ne savons pas pourquoi.`,
      remedyPower: 'Vérifiez que ces prises sont alimentées. Si elles le sont, débranchez-les et rebranchez-les.',
      remedyInternet: ({ cloud }) =>
        `Vérifiez que l’internet de la maison fonctionne. Si le Wi-Fi a un nouveau nom ou un nouveau mot de passe, configurez de nouveau les prises dans l’application ${cloud}. ${WIFI_BAND}`,
      resolved: (v) =>
        `Cette skill voit de nouveau des prises ${ofThe(v)} connectées à ${v.cloud}. Si l’une d’elles reste hors ligne, un autre message la nommera.`,
    },
    'devices-missing': {
      subject: ({ cloud }) => `Lampes et Alexa : ${cloud} ne montre plus toutes les prises`,
      what: (v) =>
        `${v.cloud} ne montre pas à cette skill toutes les prises ${ofThe(v)}, même si la skill y a accès. Alexa ne peut pas commander les prises manquantes. Nous ne savons pas pourquoi elles manquent.`,
      remedy: ({ cloud }) =>
        `Ouvrez l’application ${cloud} avec le même compte. Si les prises y manquent aussi, demandez au propriétaire de la résidence d’inviter le compte de nouveau. Si elles y sont, veuillez patienter.`,
      resolved: (v) => `${v.cloud} montre de nouveau à cette skill toutes les prises ${ofThe(v)}.`,
    },
    'cloud-down': {
      subject: ({ cloud }) => `Lampes et Alexa : ${cloud} ne sert pas cette skill`,
      what: (v) =>
        v.offlineSince
          ? `${v.cloud} n’a donné à cette skill aucune réponse utilisable pour ${the(v)} depuis le ${v.offlineSince}. En attendant, il se peut que les lampes ne réagissent pas à Alexa. Nous ne savons pas combien de temps cela durera.`
          : `${v.cloud} n’a donné à cette skill aucune réponse utilisable pour ${the(v)}. En attendant, il se peut que les lampes ne réagissent pas à Alexa. Nous ne savons pas combien de temps cela durera.`,
      remedy: 'Vous n’avez rien à faire. Un autre message suivra quand ce sera terminé.',
      resolved: (v) => `${v.cloud} répond de nouveau à cette skill pour ${the(v)}.`,
    },
    'amazon-down': {
      subject: 'Lampes et Alexa : Amazon n’accepte pas les rapports de cette skill',
      what: (v) =>
        v.offlineSince
          ? `Amazon n’accepte pas les rapports de changements de cette skill pour ${the(v)} depuis le ${v.offlineSince}. L’application Alexa peut montrer d’anciens états. Nous ne savons pas si Alexa commande les lampes.`
          : `Amazon n’accepte pas les rapports de changements de cette skill pour ${the(v)}. L’application Alexa peut montrer d’anciens états. Nous ne savons pas si Alexa commande les lampes.`,
      remedy: 'Vous n’avez rien à faire. Un autre message suivra quand ce sera terminé.',
      resolved: (v) => `Amazon accepte de nouveau les rapports de changements de cette skill pour ${the(v)}.`,
    },
    'sign-in-inconclusive': {
      subject: ({ cloud }) => `Lampes et Alexa : ${cloud} refuse l’accès à cette skill (développeur)`,
      what: (v) =>
        `${v.cloud} refuse à cette skill l’accès ${toThe(v)}, sans dire que le mot de passe est erroné. Les lampes ne réagissent pas à Alexa.`,
      remedy:
        'Développeur : cherchez sign-in-inconclusive et sign-in-not-made dans le journal. La skill continue d’essayer d’elle-même, environ une fois par heure.',
      resolved: (v) => `${v.cloud} donne de nouveau à cette skill l’accès ${toThe(v)}.`,
    },
    'sign-in-throttled': {
      subject: 'Lampes et Alexa : les lampes ne réagissent pas pour un certain temps',
      what: (v) =>
        `${v.cloud} a mis fin à l’accès de cette skill ${toThe(v)}, et les dernières connexions n’ont rien donné. Pour que ${v.cloud} ne verrouille pas le compte, cette skill attend avant la prochaine tentative. Les lampes ne réagissent pas à Alexa.`,
      remedy: ({ retryAt }) =>
        retryAt
          ? `Cette skill réessaie d’elle-même, pas avant ${retryAt}. Vous n’avez rien à faire, sauf si un autre message le demande.`
          : 'Cette skill réessaie d’elle-même. Vous n’avez rien à faire, sauf si un autre message le demande.',
    },
    'ready-link-used': {
      subject: 'Lampes et Alexa : quelqu’un a connecté une Alexa',
      what: (v) =>
        `Quelqu’un a ouvert un lien créé pour cette personne sur la page de cette skill et a connecté son Alexa ${toThe(v)}. Cette Alexa peut maintenant allumer, éteindre et tamiser les lampes.`,
      remedy:
        'Si vous êtes au courant, conservez simplement ce message. Sinon, mettez fin à cette connexion sur la page « Qui est connecté » de cette skill.',
      resolved: (v) => `L’Alexa qui a été connectée par un lien ${toThe(v)} est connue.`,
    },
  },
};

import type { LampTexts } from '../en/lamps.ts';
import { pluralOf } from '../plural.ts';

const plural = pluralOf('fr');
const BAND = 'En général, ces prises ne connaissent que le Wi-Fi de 2,4 GHz.';

export const lamps: LampTexts = {
  title: 'Comment vont mes lampes?',
  signIn: {
    why: ({ cloud }) =>
      `Connectez-vous avec votre compte ${cloud}, celui que vous utilisez dans l’application ${cloud}. Vous verrez alors comment vont vos lampes, et quoi faire si l’une d’elles ne réagit pas.`,
    submit: 'Se connecter',
  },
  checked: ({ moment }) => `Vérifié : ${moment}.`,
  lookAgain: 'Vérifier de nouveau',
  since: ({ moment }) => `Depuis : ${moment}.`,
  verdict: {
    broken: 'Voici ce qui ne fonctionne pas',
    commandsPass: 'Ceci ne fonctionne pas, mais n’empêche pas les commandes d’arriver à vos lampes',
    healthy: 'Tout ce qui se voit d’ici fonctionne',
    undecided: 'Aucune panne n’a été trouvée jusqu’ici',
  },
  found: {
    healthy:
      'Si une lampe reste éteinte malgré tout, c’est peut-être l’ampoule ou l’interrupteur de la lampe elle-même. Pour le savoir, utilisez « Faire clignoter la lampe » sur cette page.',
    'link-not-completed': 'L’association avec Alexa a été commencée pour ce compte, et n’est pas encore terminée.',
    'alexa-not-heard':
      'Au cours du dernier jour, aucun appel d’Alexa pour ce compte n’a été noté. Nous ne savons donc pas si votre voix arrive ici.',
    'looked-often': 'Vos lampes ont été vérifiées six fois en cinq minutes; elles ne l’ont donc pas été cette fois-ci.',
    'not-enough-known': 'Tout n’a pas pu être vérifié : voyez « Inconnu » plus bas.',
  },
  foundRemedy: {
    healthy: 'Si Alexa ne réagit pas, dites le nom de la lampe tel que l’application Alexa le montre.',
    'link-not-completed':
      'Terminez l’association dans l’application Alexa. Si c’est fait, vérifiez de nouveau dans cinq minutes.',
    'alexa-not-heard':
      'Pour le savoir, touchez la tuile d’une lampe dans l’application Alexa : voyez « En savoir plus » sur cette page.',
    'looked-often': 'Vérifiez de nouveau dans cinq minutes.',
    'not-enough-known': 'Vérifiez de nouveau dans quelques minutes.',
  },
  who: {
    person: 'Ce que vous pouvez faire',
    helper: 'Pour qui connaît le mot de passe du compte',
    developer: 'Ce que vous pouvez faire',
    nobody: 'Attendez',
  },
  remedyOf: {
    developer:
      'Prévenez la personne qui exploite cette skill. Ne dissociez et ne désactivez rien dans l’application Alexa; cela n’aiderait pas.',
    nobody:
      'Attendez quelques minutes et vérifiez de nouveau. Ne dissociez et ne désactivez rien dans l’application Alexa; cela n’aiderait pas.',
  },
  lampsTitle: 'Vos lampes',
  noLamps: 'Aucune lampe de ce compte n’est connue ici.',
  lamp: {
    on: ({ level }) => `Allumée à ${level}`,
    onSwitch: 'Allumée',
    off: 'Éteinte',
    offline: 'Non connectée',
    connected: 'Connectée',
    lastKnown: ({ state }) => `Dernier état connu : ${state}`,
    notLooked: 'N’a pas pu être vérifiée à l’instant',
  },
  chainTitle: 'De votre voix à la lampe',
  marks: { ok: 'Fonctionne', broken: 'Ne fonctionne pas', unknown: 'Inconnu' },
  parts: {
    skill: 'Cette skill',
    plug: 'Prise et Wi-Fi',
    lamp: 'Ampoule et lampe',
    reports: 'Rapports à l’application Alexa',
  },
  ok: {
    alexaLately: 'A appelé cette skill, ou utilisé son lien avec elle, au cours du dernier jour.',
    alexa: ({ moment }) => `A appelé cette skill : ${moment}.`,
    refresh: ({ moment }) => `A utilisé son lien avec cette skill : ${moment}.`,
    skill: 'Elle répond, et ses données peuvent être lues.',
    cloud: 'Il répond, et cette skill y est connectée.',
    cloudLately: 'Il a répondu à une commande au cours du dernier jour.',
    plug: ({ count }) => plural(count, { one: 'La prise est connectée.', other: 'Toutes les prises sont connectées.' }),
    lamp: 'Vous l’avez vue réagir.',
    reports: 'Alexa a pris un rapport de changement au cours du dernier jour.',
  },
  unknown: {
    alexa: 'Alexa vous entend-elle? On ne le voit que lorsqu’elle appelle cette skill.',
    skill: 'Rien n’en est connu en ce moment.',
    cloud: 'Rien n’en est connu en ce moment.',
    plug: 'Rien n’en est connu en ce moment.',
    lamp: 'Seule une personne près de la lampe peut le voir.',
    reports: 'Rien n’en est connu en ce moment.',
  },
  causes: {
    'sign-in-page-failing': () => 'La page de connexion de cette skill ne fonctionne pas.',
    'address-not-answering': () => 'L’adresse de cette skill ne répond pas comme il faut.',
    'sign-ins-unanswered': () => 'Depuis un jour, personne n’a terminé la connexion sur la page de cette skill.',
    'exchange-missing': () =>
      'L’association s’est arrêtée après la connexion : Alexa n’a pas demandé son accès à cette skill.',
    'exchange-late': () => 'L’association a échoué : cette skill a répondu trop tard à Alexa.',
    'exchange-refused': () => 'L’association a échoué : cette skill a refusé de donner l’accès à Alexa.',
    'linking-client-refused': () =>
      'L’association a échoué : la skill de l’application Alexa a un autre identifiant ou secret de client que celle-ci.',
    'link-not-taken': () => 'L’association a échoué : Alexa n’a pas utilisé l’accès qu’elle a reçu.',
    'grant-missing': () => 'Alexa n’a pas donné à cette skill la permission de signaler les changements.',
    'grant-client-refused': () =>
      'Amazon n’accepte pas les identifiants avec lesquels cette skill demande à signaler les changements.',
    'grant-not-answered': () =>
      'Amazon n’a pas répondu lors de l’association d’Alexa; cette skill ne peut donc pas signaler les changements.',
    'grant-refused': () => 'Amazon a refusé le code avec lequel cette skill demande de signaler les changements.',
    'device-unreadable': () =>
      'Alexa ne connaît pas l’un de vos appareils, car cette skill ne peut pas lire ce que c’est.',
    'device-held-back': ({ name }) => `Alexa ne connaît pas la lampe « ${name} ».`,
    'speech-not-heard': () => 'Votre toucher dans l’application Alexa est arrivé ici, et votre phrase, non.',
    'not-linked': () => 'Ce compte n’est associé à aucune Alexa.',
    'skill-disabled': () => 'La skill a été désactivée dans l’application Alexa.',
    'skill-not-enabled': () => 'La skill n’est pas activée dans l’application Alexa.',
    'alexa-not-linked': () => 'Amazon dit que cette skill n’est plus associée.',
    'alexa-grant-revoked': () =>
      'Amazon a retiré la permission de cette skill, et Alexa n’a pas utilisé son lien depuis.',
    'alexa-link-expired': () => 'L’application Alexa dit que le lien a expiré.',
    'link-ended': {
      person: 'Quelqu’un a mis fin au lien avec Alexa sur une page de cette skill.',
      safety:
        'Cette skill a mis fin au lien avec Alexa par sécurité, parce qu’un de ses secrets a été utilisé deux fois.',
      unknown: 'Le lien avec Alexa a pris fin.',
    },
    'refresh-refused': () => 'Cette skill a refusé de renouveler l’accès d’Alexa.',
    'refresh-request-refused': () =>
      'Cette skill n’accepte pas les demandes par lesquelles Alexa renouvelle son accès.',
    'token-not-refreshed': () => 'Alexa a appelé avec un accès qui avait expiré, et ne l’a pas encore renouvelé.',
    'refresh-address-down': () =>
      'L’adresse à laquelle Alexa renouvelle son accès à cette skill ne répond pas comme il faut.',
    'token-endpoint-failing': () => 'Cette skill ne répond pas comme il faut quand Alexa renouvelle son accès.',
    'canary-failing': () => 'Un lien à nous, renouvelé comme essai, ne peut pas être renouvelé.',
    'delivery-broken': () => 'Alexa ne peut pas appeler cette skill.',
    'no-directives': () => 'Depuis une heure, Alexa n’a pas appelé cette skill dans la région de ce compte.',
    'token-not-ours': () => 'Alexa a appelé avec un accès qui n’est pas de cette skill.',
    'token-key-missing': () => 'Cette skill ne peut pas lire l’accès d’Alexa, parce qu’il lui manque une de ses clés.',
    'token-unverified': () => 'Cette skill ne peut pas vérifier l’accès avec lequel Alexa appelle.',
    'table-not-answering': () => 'La base de données de cette skill ne répond pas.',
    'account-missing': ({ cloud }) => `Cette skill n’a aucune connexion à ${cloud} pour ce compte.`,
    'row-unreadable': () => 'Cette skill ne peut pas lire ce qu’elle conserve de ce compte.',
    'cloud-not-answering': ({ cloud }) => `${cloud} ne fonctionne pas pour cette skill en ce moment.`,
    'cloud-slow': ({ cloud }) => `${cloud} n’a pas répondu à temps à cette skill.`,
    'cloud-changed': ({ cloud }) => `${cloud} répond sous une forme que cette skill ne comprend pas.`,
    'cloud-rate-limited': ({ cloud }) => `${cloud} demande à cette skill d’attendre.`,
    'cloud-session-rejected': ({ cloud }) => `${cloud} n’accepte pas la connexion de cette skill en ce moment.`,
    'needs-sign-in': {
      'password-changed': ({ cloud }) => `${cloud} n’a pas accepté le mot de passe que cette skill conservait.`,
      'code-needed': ({ cloud }) => `${cloud} demande un code de vérification, que vous seul pouvez obtenir.`,
      'two-step-account': ({ cloud }) =>
        `${cloud} a mis fin à la connexion de cette skill, et une nouvelle exige un code de vérification.`,
      'credentials-not-kept': ({ cloud }) =>
        `${cloud} a mis fin à la connexion de cette skill, et aucun mot de passe n’est conservé.`,
      locked: ({ cloud }) =>
        `${cloud} a verrouillé le compte pour un moment, comme il le fait après des connexions ratées.`,
    },
    'sign-in-waiting': ({ cloud }) =>
      `Cette skill n’a pas de connexion à ${cloud} qui fonctionne, et réessaie d’elle-même.`,
    'lamp-not-listed': ({ cloud }) => `${cloud} ne montre plus la lampe.`,
    'plug-offline': ({ name, cloud }) => `La prise de « ${name} » n’est pas connectée à ${cloud}.`,
    othersConnected: ({ count }) =>
      plural(count, {
        one: 'Une autre prise du compte est connectée.',
        other: `${count} autres prises du compte sont connectées.`,
      }),
    'plug-without-power': ({ name }) => `La prise de « ${name} » n’a pas de courant : son voyant est éteint.`,
    'plug-without-wifi': ({ name }) => `La prise de « ${name} » a du courant, mais pas de Wi-Fi : son voyant clignote.`,
    'plugs-offline': ({ count, cloud }) =>
      plural(count, {
        one: `Une prise n’est pas connectée à ${cloud}.`,
        other: `${count} prises ne sont pas connectées à ${cloud}.`,
      }),
    'home-internet-down': ({ count }) =>
      plural(count, {
        one: 'La prise n’est pas connectée, et rien d’autre à la maison ne joint Internet.',
        other: 'Aucune prise n’est connectée, et rien d’autre à la maison ne joint Internet.',
      }),
    'home-wifi-changed': () => 'Aucune prise n’est connectée, et d’autres appareils à la maison joignent Internet.',
    'plug-not-following': ({ cloud }) => `${cloud} a pris la commande, et la prise n’a pas suivi.`,
    'lamp-dark': ({ level }) =>
      `La prise a fait ce qu’on lui a demandé, à ${level}, et vous n’avez pas vu la lampe réagir.`,
    'level-too-low': ({ level }) =>
      `La prise donne ${level}, et vous n’avez pas vu de lumière. Bien des ampoules n’en montrent pas à si peu.`,
    'answer-late': () =>
      'Cette skill a répondu trop tard à Alexa. Alexa dit alors que la lampe ne répond pas, même si elle a pu réagir.',
    'answer-malformed': () => 'Une réponse de cette skill à Alexa était mal formée.',
    'button-not-noticed': ({ cloud }) => `${cloud} n’a pas remarqué le bouton de la prise.`,
    'watch-silent': () => 'Cette skill n’apprend pas les changements des lampes en ce moment.',
    'reports-stuck': () => 'Des rapports pour Alexa attendent dans cette skill.',
    'event-grant-revoked': () => 'Amazon a retiré la permission de signaler les changements à Alexa.',
    'event-client-refused': () =>
      'Amazon n’accepte pas les identifiants avec lesquels cette skill signale les changements.',
    'lwa-not-answering': () => 'Amazon ne donne pas à cette skill l’accès pour signaler les changements en ce moment.',
    'events-not-permitted': () => 'Cette skill n’a pas le droit de signaler les changements à Alexa.',
    'event-wrong-stage': () => 'La permission de signaler les changements est pour une autre étape de cette skill.',
    'event-refused': () => 'Alexa refuse les rapports de cette skill, parce qu’ils seraient mal formés.',
    'event-account-unknown': () => 'Alexa ne connaît pas le compte auquel cette skill fait ses rapports.',
    'event-token-rejected': () => 'Alexa n’accepte pas l’accès avec lequel cette skill signale les changements.',
    'gateway-not-answering': () => 'Alexa ne prend pas de rapports de changements en ce moment.',
    'tile-stale': () => 'Alexa a accepté le bon état, et son application en montre un autre.',
  },
  remedies: {
    linkAgain: ({ skill }) =>
      `Dans l’application Alexa, ouvrez la skill ${skill} et associez de nouveau votre compte. Les groupes et les routines restent comme ils sont.`,
    enable: ({ skill }) => `Dans l’application Alexa, ouvrez la skill ${skill}, touchez Activer et connectez-vous.`,
    renewPermission: ({ skill }) =>
      `Les commandes n’en ont pas besoin. Pour corriger les tuiles, désactivez la skill ${skill} dans l’application Alexa et activez-la de nouveau.`,
    name: 'Donnez à la lampe un nom de lettres et de chiffres dans l’application de son fabricant. Alexa l’apprend en un jour, ou quand vous dites : découvre mes appareils.',
    discover: 'Dites : « Alexa, découvre mes appareils ».',
    speech:
      'Alexa a compris une autre phrase. Dans l’application Alexa, voyez sous Plus, Activité, Historique vocal ce qu’elle a entendu.',
    signIn: ({ cloud }) =>
      `Connectez-vous à ${cloud} avec votre mot de passe sur cette page. Le lien avec Alexa reste comme il est.`,
    locked: ({ cloud }) =>
      `Attendez une heure; cette skill réessaie d’elle-même. Si cela dure, connectez-vous à ${cloud} sur cette page.`,
    listed: ({ cloud }) => `Voyez dans l’application ${cloud} si la lampe y est. Sinon, ajoutez-la.`,
    plug: `Regardez le voyant de la prise. Éteint : vérifiez la prise murale et son interrupteur. Clignotant : la prise a perdu son Wi-Fi. ${BAND}`,
    power: 'Vérifiez la prise murale, son interrupteur et le fusible. Appuyez ensuite sur le bouton de la prise.',
    wifi: `Rapprochez la prise du routeur, ou configurez son Wi-Fi dans l’application de son fabricant. ${BAND}`,
    plugs: `Vérifiez si Internet et le Wi-Fi de la maison fonctionnent. Si d’autres appareils sont en ligne, les prises ne connaissent peut-être pas un nouveau nom ou mot de passe du Wi-Fi. ${BAND}`,
    internet:
      'Éteignez et rallumez le routeur, et attendez quelques minutes. Si cela n’aide pas, demandez à votre fournisseur Internet.',
    newWifi: `Un nouveau routeur, nom ou mot de passe de Wi-Fi? Configurez le Wi-Fi des prises dans l’application de leur fabricant. ${BAND}`,
    follow: 'Débranchez la prise, attendez dix secondes, et rebranchez-la.',
    bulb: 'Vérifiez l’interrupteur de la lampe elle-même, puis mettez une autre ampoule.',
    level:
      'Augmentez la lumière : dites « Alexa, mets la lampe à 50 pour cent ». Si elle reste éteinte, essayez une autre ampoule.',
    tile: 'Fermez l’application Alexa, et rouvrez-la.',
    report: 'Les commandes n’en ont pas besoin. Débranchez la prise, et rebranchez-la.',
    signInOnce: ({ cloud }) => `Connectez-vous une fois à ${cloud} sur cette page.`,
  },
  hints: {
    'link-lost': ({ lost, of, date }) =>
      plural(lost, {
        one: `${lost} lien sur ${of} de ce compte avec Alexa ne fonctionne plus. Il a été créé le ${date}. La personne qui l’utilise peut associer de nouveau son compte dans l’application Alexa.`,
        other: `${lost} liens sur ${of} de ce compte avec Alexa ne fonctionnent plus. Le dernier a été créé le ${date}. Les personnes qui les utilisent peuvent associer de nouveau leur compte dans l’application Alexa.`,
      }),
    'weak-signal': ({ name }) => `Le Wi-Fi de « ${name} » est faible.`,
    'firmware-old': ({ name }) =>
      `Une autre prise du même modèle a un micrologiciel plus récent que celle de « ${name} ».`,
  },
  tests: {
    title: 'En savoir plus',
    needSignIn: ({ cloud }) =>
      `Après la connexion à ${cloud}, vous pouvez utiliser « Faire clignoter la lampe », tester la tuile dans l’application Alexa et voir ce qui a changé ces sept derniers jours.`,
    signIn: ({ cloud }) => `Se connecter à ${cloud}`,
    blink: {
      title: 'Faire clignoter la lampe',
      what: 'La lampe change sa lumière pendant deux secondes, puis revient comme elle était.',
      consent: 'Je suis près de la lampe, et elle peut clignoter maintenant.',
      button: ({ name }) => `Faire clignoter « ${name} »`,
      ask: ({ name }) => `Avez-vous vu clignoter « ${name} »?`,
      yes: 'Oui, je l’ai vue',
      no: 'Non, je n’ai rien vu',
      notNow: 'Cochez d’abord la case : la lampe ne clignote que si vous le voulez.',
      wait: 'Elle vient de clignoter plusieurs fois. Attendez quelques minutes.',
      failed: 'La lampe n’a pas pu clignoter.',
      failedLook: 'Les lampes n’ont pas pu être vérifiées à l’instant.',
      notBack: ({ name, state }) =>
        `« ${name} » n’a pas pu revenir comme elle était. Avant, elle était ainsi : ${state}.`,
      changed: 'Quelqu’un a changé la lampe entre-temps; elle reste donc comme elle est.',
    },
    tap: {
      title: 'Alexa joint-elle cette skill?',
      what: 'Vous touchez la tuile d’une lampe dans l’application Alexa, et cette page vérifie si cela arrive.',
      button: 'Je touche maintenant la tuile dans l’application Alexa',
      now: 'Touchez maintenant la tuile d’une lampe dans l’application Alexa, de sorte que la lampe s’allume ou s’éteigne. Revenez ensuite, et appuyez sur le bouton.',
      done: 'Je l’ai touchée',
      came: 'Pendant ce temps, une lampe a changé. Si c’était votre toucher, Alexa joint vos lampes. Si votre voix n’y arrive pas, Alexa entend autre chose.',
      failed:
        'Pendant ce temps, Alexa a joint cette skill, et la commande a échoué ici. La réponse plus haut dit pourquoi.',
      none: 'Toutes les lampes sont comme avant, et aucune commande n’a échoué ici. Ou bien Alexa n’a pas appelé cette skill, ou bien la tuile a été touchée deux fois, et la lampe est comme avant.',
      spoke: 'Et quand vous parlez, la lampe réagit-elle?',
      speaks: 'Oui, elle réagit',
      silent: 'Non, seule la tuile fonctionne',
    },
    press: {
      title: ({ cloud }) => `${cloud} remarque-t-il la prise?`,
      what: ({ cloud }) => `Vous appuyez sur le bouton d’une prise, et cette page vérifie si ${cloud} le remarque.`,
      button: 'Je suis près d’une prise, et je veux appuyer sur son bouton',
      now: 'Appuyez maintenant une fois sur le bouton de la prise, de sorte que la lampe s’allume ou s’éteigne. Appuyez ensuite sur le bouton ici.',
      done: 'J’ai appuyé',
      came: ({ cloud }) => `${cloud} a remarqué qu’une lampe a changé.`,
      none: ({ cloud }) => `${cloud} n’a montré le changement d’aucune lampe.`,
      followed: 'La lampe a-t-elle changé quand vous avez appuyé sur le bouton de la prise?',
      yes: 'Oui, elle a changé',
      no: 'Non, elle n’a pas changé',
    },
    more: 'Que voyez-vous?',
    light: 'Le voyant de la prise',
    lights: { nothing: 'Il est éteint', blinking: 'Il clignote', steady: 'Il est allumé' },
    internet: 'D’autres appareils à la maison joignent-ils Internet?',
    internets: { yes: 'Oui, ils le joignent', no: 'Non, aucun' },
    skillPage: ({ skill }) => `Que dit la page de la skill ${skill} dans l’application Alexa?`,
    skillPages: { enabled: 'Désactiver la skill', enable: 'Activer', 'link-expired': 'Le lien a expiré' },
    tile: 'La tuile de l’application Alexa montre-t-elle ce que fait la lampe?',
    tiles: { right: 'Oui, la même chose', wrong: 'Non, autre chose' },
    answer: 'Vérifier avec ces réponses',
  },
  said: {
    title: 'Qu’a dit Alexa?',
    clue: 'Ce n’est qu’un premier indice, d’après ce que d’autres ont rencontré. Amazon n’en promet rien, et la ligne plus haut compte davantage.',
    sentences: {
      ok: {
        says: '« OK », et la lampe reste éteinte',
        points: 'La prise, son Wi-Fi, l’ampoule ou l’interrupteur de la lampe.',
      },
      notResponding: {
        says: '« … ne répond pas. Vérifiez la connexion réseau et l’alimentation. »',
        points: ({ cloud }) => `La prise, ${cloud}, ou une réponse arrivée trop tard.`,
      },
      unresponsive: {
        says: '« L’appareil ne répond pas » ou « Le serveur ne répond pas » dans l’application',
        points: 'Cette skill : son appel, son contrôle de l’accès d’Alexa ou ses données.',
      },
      malfunctioning: {
        says: '« … ne fonctionne pas correctement » ou « Désolé, un problème est survenu »',
        points: 'Une réponse de cette skill.',
      },
      unsupported: {
        says: '« … ne prend pas cela en charge »',
        points:
          'Un groupe avec d’autres appareils, ou une ancienne description de la lampe chez Alexa. Dites : découvre mes appareils.',
      },
      notFound: {
        says: '« Je n’ai pas trouvé d’appareil nommé … »',
        points: 'Le nom, ou le lien d’Alexa avec cette skill.',
      },
      several: {
        says: '« Plusieurs choses portent le nom … »',
        points: 'Deux appareils du même nom : la skill du fabricant est peut-être activée aussi.',
      },
      expired: {
        says: '« Le lien entre les comptes a expiré » sur la page de la skill',
        points: 'Le lien d’Alexa avec cette skill.',
      },
    },
  },
  share: {
    title: 'Envoyer ceci à qui m’aide',
    what: 'Ce texte ne contient ni mot de passe, ni adresse, ni numéro de compte. Vous pouvez le coller partout.',
    copy: 'Copier ou envoyer',
    copied: 'Copié.',
    heading: ({ moment }) => `Comment vont mes lampes, ${moment}`,
    from: ({ skill }) =>
      `Vient de la page « Comment vont mes lampes? » de la skill Alexa ${skill}. « Cette page » est cette page-là.`,
    lamp: ({ number }) => `Lampe ${number}`,
  },
  history: {
    title: 'Changements des sept derniers jours',
    needSignIn: ({ cloud }) => `Connectez-vous à ${cloud} pour voir ce que les lampes ont fait.`,
    none: 'Aucun changement n’a été noté.',
    bound:
      'Les derniers changements de chaque lampe, 100 au plus. Ceux que personne ne pouvait observer peuvent manquer.',
    by: {
      plug: 'avec le bouton de la prise',
      'our-write': ({ cloud }) => `par ${cloud} : Alexa ou une application`,
      'other-write': ({ cloud }) => `par ${cloud} : sans doute un horaire, une application ou un autre service`,
      unknown: 'on ne sait pas par qui',
      read: 'vu plus tard; on ne sait pas par qui',
      page: 'avec « Faire clignoter la lampe » sur cette page',
    },
    gone: 'A perdu sa connexion',
    back: 'De nouveau connectée',
    night: ({ cloud }) =>
      `Une lampe qui change toute seule : voyez ses horaires dans l’application ${cloud}, et les Routines et Intuitions dans l’application Alexa.`,
  },
  link: {
    offer: 'Comment vont vos lampes maintenant, et quoi faire :',
    tooOld: {
      title: 'Ce lien est trop ancien',
      text: ({ cloud }) =>
        `Le lien d’un message fonctionne pendant sept jours. Connectez-vous à ${cloud} pour voir comment vont vos lampes.`,
    },
    noLink: {
      title: 'Ce lien ne fonctionne pas',
      text: ({ cloud }) =>
        `Il manque quelque chose au lien, ou ce n’est pas un lien à nous. Connectez-vous à ${cloud} pour voir comment vont vos lampes.`,
    },
    formTooOld: {
      title: 'Cette page est trop ancienne',
      text: 'Elle fonctionne pendant une demi-heure après la connexion. Connectez-vous de nouveau.',
    },
    otherBrowser: {
      title: 'Cette page a été ouverte ailleurs',
      text: 'Connectez-vous dans ce navigateur. Si vous revoyez ceci, votre navigateur n’accepte pas le témoin de cette page.',
    },
    malformed: { title: 'Cette page ne peut pas être montrée', text: 'Recommencez depuis le début.' },
    tooMany: {
      title: 'Attendez un instant',
      text: 'Cette page a été ouverte bien des fois à l’instant. Vérifiez de nouveau dans une minute.',
    },
    healthOnly: 'Qui possède ce lien voit cette page, et ne peut rien commander.',
  },
};

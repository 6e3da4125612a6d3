import type { AlexaTexts } from '../en/alexa.ts';

export const alexa: AlexaTexts = {
  linkAgain:
    'Si Alexa dit que votre compte n’est pas associé, ouvrez cette skill dans l’application Alexa et associez le compte de nouveau.',
  enableAgain: ({ skill, box }) =>
    `Dans l’application Alexa, touchez Plus, puis Skills et jeux, et cherchez ${skill}. Une skill en cours de développement se trouve sous Vos skills, puis Dev. Si la skill affiche Désactiver la skill, touchez d’abord cette option. Touchez ensuite Activer pour utiliser, connectez-vous sur la page qui s’ouvre et cochez la case « ${box} ». Rien d’autre n’est à changer dans l’application.`,
  enableAgainElsewhere: ({ skill }) =>
    `Dans l’application Alexa, touchez Plus, puis Skills et jeux, et cherchez ${skill}. Une skill en cours de développement se trouve sous Vos skills, puis Dev. Si la skill affiche Désactiver la skill, touchez d’abord cette option. Touchez ensuite Activer pour utiliser, et connectez-vous sur la page qui s’ouvre. Rien d’autre n’est à changer dans l’application.`,
  linkAsWell:
    'Il faut donc aussi associer Alexa de nouveau : après la connexion, ouvrez cette skill dans l’application Alexa et associez le compte encore une fois.',
  leaveAlone: 'Ne dissociez et ne désactivez rien dans l’application Alexa à cause de ce message.',
  usedBeforeMessage: 'Alexa a utilisé son association avec cette skill dans les 24 heures qui ont précédé ce message.',
  usedLately: 'Alexa a utilisé son association avec cette skill dans les dernières 24 heures.',
  unknown: 'Pour le moment, nous ne savons pas si Alexa peut encore utiliser son association avec cette skill.',
  usedAgain: 'Alexa a de nouveau utilisé son association avec cette skill.',
  linkedAgain: 'Alexa a de nouveau été associée à cette skill.',
  lost: {
    'skill-disabled': ({ at }) => `La skill a été désactivée dans l’application Alexa le ${at}.`,
    'ended-by-person': ({ at }) => `L’association d’Alexa avec cette skill a pris fin le ${at}.`,
    'ended-for-safety': ({ at }) =>
      `Cette skill a mis fin à l’association d’Alexa le ${at}, parce qu’un secret de l’association a été utilisé deux fois. Il se peut que quelqu’un l’ait copié; nous ne le savons pas.`,
    'not-linked': ({ at }) => `Amazon a dit le ${at} que cette skill n’est plus associée.`,
    'grant-revoked': ({ at }) =>
      `Amazon a retiré à cette skill la permission de signaler les changements le ${at}, et depuis, Alexa n’a pas utilisé son association avec cette skill.`,
  },
};

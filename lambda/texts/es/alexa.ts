import type { AlexaTexts } from '../en/alexa.ts';

export const alexa: AlexaTexts = {
  linkAgain:
    'Si Alexa dice que su cuenta no está vinculada, abra esta skill en la app Alexa y vuelva a vincular la cuenta.',
  enableAgain: ({ skill, box }) =>
    `En la app Alexa, toque Más, luego Skills y juegos, y busque ${skill}. Una skill en desarrollo está en Sus skills, en la pestaña Dev. Si la skill muestra Desactivar skill, toque primero esa opción. Después toque Activar para usar, inicie sesión en la página que se abre y marque la casilla «${box}». No hace falta cambiar nada más en la app.`,
  enableAgainElsewhere: ({ skill }) =>
    `En la app Alexa, toque Más, luego Skills y juegos, y busque ${skill}. Una skill en desarrollo está en Sus skills, en la pestaña Dev. Si la skill muestra Desactivar skill, toque primero esa opción. Después toque Activar para usar e inicie sesión en la página que se abre. No hace falta cambiar nada más en la app.`,
  linkAsWell:
    'Por eso también hay que volver a vincular Alexa: después de iniciar sesión, abra esta skill en la app Alexa y vincule la cuenta otra vez.',
  leaveAlone: 'No desvincule ni desactive nada en la app Alexa por este mensaje.',
  usedBeforeMessage: 'Alexa usó su vínculo con esta skill en las 24 horas anteriores a este mensaje.',
  usedLately: 'Alexa usó su vínculo con esta skill en las últimas 24 horas.',
  unknown: 'Por el momento no sabemos si Alexa todavía puede usar su vínculo con esta skill.',
  usedAgain: 'Alexa volvió a usar su vínculo con esta skill.',
  linkedAgain: 'Alexa se volvió a vincular con esta skill.',
  lost: {
    'skill-disabled': ({ at }) => `La skill se desactivó en la app Alexa el ${at}.`,
    'ended-by-person': ({ at }) => `El vínculo de Alexa con esta skill se terminó el ${at}.`,
    'ended-for-safety': ({ at }) =>
      `Esta skill terminó el vínculo de Alexa el ${at}, porque un secreto del vínculo se usó dos veces. Es posible que alguien lo haya copiado; no lo sabemos.`,
    'not-linked': ({ at }) => `Amazon dijo el ${at} que esta skill ya no está vinculada.`,
    'grant-revoked': ({ at }) =>
      `Amazon le retiró a esta skill el permiso de informar cambios el ${at}, y desde entonces Alexa no ha usado su vínculo con esta skill.`,
  },
};

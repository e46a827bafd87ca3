export type { i18n as Translation } from 'i18next'
export { createTranslation, LanguageProvider, translator, useT } from './translation.tsx'
export { isMessageKey, word, type Message, type MessageKey, type Phrase, type T, type Values } from './message.ts'

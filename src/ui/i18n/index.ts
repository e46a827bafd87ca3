export { createTranslation, LanguageProvider, translator, useT } from './translation.tsx'
export { isMessageKey, word, type Message, type MessageKey, type Phrase, type T, type Values } from './message.ts'

export { createTranslation, LanguageProvider, translator, useT } from './translation.tsx'
export { isMessageKey, type Message, type MessageKey, type T, type Values } from './message.ts'

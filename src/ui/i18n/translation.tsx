// i18next behind one small door. Keys are flat (`sentence.dead.bold`), text is never HTML, and a number can be asked for
// as a word: `{{count, word}}` is `three`, `{{count, cap}}` is `Three`, in Chinese both are 三 (and 2 is 两).

import { createInstance, type i18n } from 'i18next'
import { useEffect, useMemo, useState, type ReactNode } from 'react'
import { I18nextProvider, initReactI18next, useTranslation } from 'react-i18next'
import { en } from './en.ts'
import type { T } from './message.ts'
import { numberWord, ordinalWord } from './number-word.ts'
import { zh } from './zh.ts'

export function createTranslation(language: string): i18n {
  const instance = createInstance()
  void instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: en }, zh: { translation: zh } },
    keySeparator: false,
    nsSeparator: false,
    initAsync: false,
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  })
  instance.services.formatter?.add('word', (value: number, lng) => numberWord(value, lng ?? 'en'))
  instance.services.formatter?.add('cap', (value: number, lng) => capital(numberWord(value, lng ?? 'en')))
  instance.services.formatter?.add('ordinal', (value: number, lng) => ordinalWord(value, lng ?? 'en'))
  return instance
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Gives everything below it the words of `language`, and changes them at once when it changes. */
export function LanguageProvider({ language, children }: { readonly language: string; readonly children: ReactNode }) {
  const [instance] = useState(() => createTranslation(language))
  useEffect(() => void instance.changeLanguage(language), [instance, language])
  return <I18nextProvider i18n={instance}>{children}</I18nextProvider>
}

export function useT(): T {
  const { t } = useTranslation()
  return useMemo<T>(() => (key, values) => t(key, values ?? {}), [t])
}

/** The words of one language without React: for tests and for the page's title. */
export function translator(language: string): T {
  const instance = createTranslation(language)
  return (key, values) => instance.t(key, values ?? {})
}

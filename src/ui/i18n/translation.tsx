// i18next behind one small door. Keys are flat (`sentence.dead.bold`), text is never HTML, and a number can be asked for
// as a word: `{{count, word}}` is `three`, `{{count, cap}}` is `Three`, in Chinese both are 三 (and 2 is 两).

import { createInstance, type i18n } from 'i18next'
import { useEffect, useMemo, type ReactNode } from 'react'
import { I18nextProvider, initReactI18next, useTranslation } from 'react-i18next'
import { en } from './en.ts'
import type { T } from './message.ts'
import { numberWord, ordinalWord } from './number-word.ts'

/** Speaks English; other languages come when they are asked for. */
function createEnglish(): i18n {
  const instance = createInstance()
  void instance.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    keySeparator: false,
    nsSeparator: false,
    initAsync: false,
    interpolation: { escapeValue: false },
    react: { useSuspense: false, bindI18nStore: 'added' },
  })
  instance.services.formatter?.add('word', (value: number, lng) => numberWord(value, lng ?? 'en'))
  instance.services.formatter?.add('cap', (value: number, lng) => capital(numberWord(value, lng ?? 'en')))
  instance.services.formatter?.add('ordinal', (value: number, lng) => ordinalWord(value, lng ?? 'en'))
  return instance
}

/** An instance that speaks `language`; the Chinese catalogue is a chunk of its own. */
export async function createTranslation(language: string): Promise<i18n> {
  const instance = createEnglish()
  await speak(instance, language)
  return instance
}

async function speak(instance: i18n, language: string): Promise<void> {
  if (language === 'zh' && !instance.hasResourceBundle('zh', 'translation')) {
    const { zh } = await import('./zh.ts')
    instance.addResourceBundle('zh', 'translation', zh)
  }
  await instance.changeLanguage(language)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

interface LanguageProviderProps {
  readonly translation: i18n
  readonly language: string
  readonly children: ReactNode
}

/** Gives everything below it the words of `language`, and changes them when it changes. */
export function LanguageProvider({ translation, language, children }: LanguageProviderProps) {
  useEffect(() => {
    if (translation.language !== language) void speak(translation, language)
  }, [translation, language])
  return <I18nextProvider i18n={translation}>{children}</I18nextProvider>
}

export function useT(): T {
  const { t } = useTranslation()
  return useMemo<T>(() => (key, values) => t(key, values ?? {}), [t])
}

/** English words without React, at once: for tests. */
export function translator(language: 'en'): T {
  const instance = createEnglish()
  return (key, values) => instance.t(key, { ...values, lng: language })
}

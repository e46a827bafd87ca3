// Small numbers as words, for sentences that a person reads aloud. Beyond twelve (ten in Chinese) digits are clearer.

const EN = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve']
const ZH = ['零', '一', '两', '三', '四', '五', '六', '七', '八', '九', '十']

/** A whole number ≥ 0 as the word that stands before a noun, or its digits. */
export function numberWord(value: number, language: string): string {
  return (language === 'zh' ? ZH : EN)[value] ?? String(value)
}

const EN_ORDINALS = ['', 'single', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth']

/** `third` in “every third connection”; Chinese has no need of it and gives the number's word. */
export function ordinalWord(value: number, language: string): string {
  if (language === 'zh') return numberWord(value, language)
  return EN_ORDINALS[value] ?? `${value}th`
}

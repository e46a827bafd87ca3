// The one alarm mark: a ×. It always stands beside a word or a number.

export function Cross({ size = 14 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 14 14" fill="none" stroke="var(--fail)" aria-hidden="true">
      <path d="M2.5 2.5l9 9M11.5 2.5l-9 9" strokeWidth="2.6" strokeLinecap="round" />
    </svg>
  )
}

// The playground's mark: one line comes in, one hub that stays, three lines go on.

export function Logo({ size = 28 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 28 28" fill="none" stroke="currentColor" aria-hidden="true">
      <path d="M1 14h8" strokeWidth="2.6" strokeLinecap="round" />
      <path d="M16 14h11M15 11c2-4 5-5 11-5M15 17c2 4 5 5 11 5" strokeWidth="2.2" strokeLinecap="round" />
      <circle cx="12.5" cy="14" r="4.6" fill="var(--pane)" strokeWidth="2.8" />
    </svg>
  )
}

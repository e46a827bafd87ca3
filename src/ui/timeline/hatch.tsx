// The hatch of what failed: a pattern that is defined once in each drawing, by an id of the drawing's own.

export function FailHatch({ id }: { readonly id: string }) {
  return (
    <defs>
      <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="6" height="6" fill="var(--fail-bg)" />
        <path d="M0 0v6" stroke="var(--fail)" strokeWidth="4.4" />
      </pattern>
    </defs>
  )
}

/** The product's mark: a line that changes its track and arrives. */
export const Logo = () => (
  <svg viewBox="0 0 32 32" aria-hidden="true" className="size-6 shrink-0">
    <rect width="32" height="32" rx="8" className="fill-accent" />
    <path
      d="M7 11h7.5a5 5 0 0 1 5 5v0a5 5 0 0 0 5 5H25"
      className="stroke-accent-ink"
      fill="none"
      strokeWidth="2.6"
      strokeLinecap="round"
    />
    <circle
      cx="7.5"
      cy="21"
      r="2.2"
      className="stroke-accent-ink"
      fill="none"
      strokeWidth="2"
      opacity="0.6"
    />
    <circle cx="24.5" cy="21" r="2.6" className="fill-accent-ink" />
  </svg>
)

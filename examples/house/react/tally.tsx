/** The sign of the house: four strokes and one across, as a keeper counts what was drunk. */
export function Tally() {
  return (
    <svg className="tally" viewBox="0 0 120 96" aria-hidden="true" focusable="false">
      <path
        d="M18 10 15 84M44 8l-2 78M70 11l1 74M97 9l-3 76M4 70 116 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="11"
        strokeLinecap="round"
      />
    </svg>
  )
}

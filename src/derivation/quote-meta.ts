const SPECIAL = /[\\.+*?()|[\]{}^$]/g

/** A regular expression for a text (Go's regexp.QuoteMeta). */
export const quoteMeta = (text: string): string => text.replace(SPECIAL, '\\$&')

/** What must not reach a terminal or the log of a CI job. */

/** Controls except the newline, and characters that do not show. */
export const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\p{Cs}]/u
/** What GitHub, Azure Pipelines or TeamCity take for a command. An IPv6 address at the start of a line is not one. */
export const CI_COMMAND = /^[^\S\n]*::(?![\da-f:.]*(?:\s|$))|##\w{0,20}\[/m

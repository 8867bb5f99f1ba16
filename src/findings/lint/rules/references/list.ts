import type { REFERENCE_ENTRIES } from '../../catalogue/references.ts'
import type { RulesOf } from '../../rule.ts'
import { destinationHostUnknown } from './destination-host-unknown.ts'
import { duplicateObject } from './duplicate-object.ts'
import { exportToUnknownNamespace } from './export-to-unknown-namespace.ts'
import { generalObjectIgnored } from './general-object-ignored.ts'
import { multiclusterInconsistent } from './multicluster-inconsistent.ts'
import { nameRefused } from './name-refused.ts'
import { selectorMatchesNothing } from './selector-matches-nothing.ts'
import { sidecarHostUnmatched } from './sidecar-host-unmatched.ts'
import { telemetryProviderMissing } from './telemetry-provider-missing.ts'
import { unknownField } from './unknown-field.ts'
import { unknownKind } from './unknown-kind.ts'
import { valueNotFilledIn } from './value-not-filled-in.ts'
import { yamlTypeSurprise } from './yaml-type-surprise.ts'

export const REFERENCE_RULES: RulesOf<typeof REFERENCE_ENTRIES> = {
  'export-to-unknown-namespace': exportToUnknownNamespace,
  'sidecar-host-unmatched': sidecarHostUnmatched,
  'destination-host-unknown': destinationHostUnknown,
  'selector-matches-nothing': selectorMatchesNothing,
  'telemetry-provider-missing': telemetryProviderMissing,
  'general-object-ignored': generalObjectIgnored,
  'multicluster-inconsistent': multiclusterInconsistent,
  'unknown-kind': unknownKind,
  'duplicate-object': duplicateObject,
  'unknown-field': unknownField,
  'name-refused': nameRefused,
  'value-not-filled-in': valueNotFilledIn,
  'yaml-type-surprise': yamlTypeSurprise,
}
